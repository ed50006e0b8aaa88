CREATE TABLE `tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text(20) NOT NULL,
	`user_id` text NOT NULL,
	`family_id` text NOT NULL,
	`digest` blob NOT NULL UNIQUE,
	`scopes` text,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`last_used_at` integer,
	`revoked_at` integer,
	`signed_in_at` integer,
	`client_address` text(45),
	CONSTRAINT `fk_tokens_user_id_users_id_fk` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE
);
--> statement-breakpoint
CREATE INDEX `tokens_user_id_index` ON `tokens` (`user_id`);
--> statement-breakpoint
CREATE INDEX `tokens_family_id_index` ON `tokens` (`family_id`);
