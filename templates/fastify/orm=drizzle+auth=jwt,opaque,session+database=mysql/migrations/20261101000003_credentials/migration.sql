CREATE TABLE `credentials` (
	`user_id` binary(16) PRIMARY KEY,
	`password_hash` varchar(255) NOT NULL,
	`changed_at` datetime(3) NOT NULL
);
--> statement-breakpoint
CREATE TABLE `known_addresses` (
	`id` binary(16) PRIMARY KEY,
	`user_id` binary(16) NOT NULL,
	`digest` varbinary(32) NOT NULL,
	`used_at` datetime(3) NOT NULL,
	CONSTRAINT `digest_unique` UNIQUE INDEX(`digest`)
);
--> statement-breakpoint
CREATE INDEX `known_addresses_user_id_index` ON `known_addresses` (`user_id`);
--> statement-breakpoint
CREATE INDEX `known_addresses_used_at_index` ON `known_addresses` (`used_at`);
--> statement-breakpoint
ALTER TABLE `credentials` ADD CONSTRAINT `credentials_user_id_users_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE;
--> statement-breakpoint
ALTER TABLE `known_addresses` ADD CONSTRAINT `known_addresses_user_id_users_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE;
