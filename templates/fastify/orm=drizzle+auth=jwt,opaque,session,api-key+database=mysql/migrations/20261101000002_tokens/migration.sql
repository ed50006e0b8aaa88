CREATE TABLE `tokens` (
	`id` binary(16) PRIMARY KEY,
	`kind` varchar(20) NOT NULL,
	`user_id` binary(16) NOT NULL,
	`family_id` binary(16) NOT NULL,
	`digest` varbinary(32) NOT NULL,
	`scopes` text,
	`created_at` datetime(3) NOT NULL,
	`expires_at` datetime(3),
	`last_used_at` datetime(3),
	`revoked_at` datetime(3),
	`signed_in_at` datetime(3),
	`client_address` varchar(45),
	CONSTRAINT `digest_unique` UNIQUE INDEX(`digest`),
	CONSTRAINT `tokens_user_id_users_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE
);
--> statement-breakpoint
CREATE INDEX `tokens_user_id_index` ON `tokens` (`user_id`);
--> statement-breakpoint
CREATE INDEX `tokens_family_id_index` ON `tokens` (`family_id`);
