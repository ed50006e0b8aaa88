CREATE TABLE `credentials` (
	`user_id` text PRIMARY KEY NOT NULL,
	`password_hash` text(255) NOT NULL,
	`changed_at` integer NOT NULL,
	CONSTRAINT `fk_credentials_user_id_users_id_fk` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE
);
--> statement-breakpoint
CREATE TABLE `known_addresses` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`digest` blob NOT NULL UNIQUE,
	`used_at` integer NOT NULL,
	CONSTRAINT `fk_known_addresses_user_id_users_id_fk` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE
);
--> statement-breakpoint
CREATE INDEX `known_addresses_user_id_index` ON `known_addresses` (`user_id`);
--> statement-breakpoint
CREATE INDEX `known_addresses_used_at_index` ON `known_addresses` (`used_at`);
