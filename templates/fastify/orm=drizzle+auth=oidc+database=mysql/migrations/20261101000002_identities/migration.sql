CREATE TABLE `identities` (
	`id` binary(16) PRIMARY KEY,
	`issuer` varchar(255) NOT NULL,
	`subject` varchar(255) NOT NULL,
	`user_id` binary(16),
	`ended_at` datetime(3),
	`roles_as_of` datetime(3),
	`is_barred` boolean NOT NULL,
	CONSTRAINT `identities_issuer_subject_unique` UNIQUE INDEX(`issuer`,`subject`),
	CONSTRAINT `identities_user_id_users_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE SET NULL
);
--> statement-breakpoint
CREATE INDEX `identities_user_id_index` ON `identities` (`user_id`);