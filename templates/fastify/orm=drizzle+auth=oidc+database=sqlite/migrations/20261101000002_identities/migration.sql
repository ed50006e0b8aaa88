CREATE TABLE `identities` (
	`id` text PRIMARY KEY,
	`issuer` text(255) NOT NULL,
	`subject` text(255) NOT NULL,
	`user_id` text,
	`ended_at` integer,
	`roles_as_of` integer,
	`is_barred` integer NOT NULL,
	CONSTRAINT `fk_identities_user_id_users_id_fk` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE SET NULL,
	CONSTRAINT `identities_issuer_subject_unique` UNIQUE(`issuer`,`subject`)
);
--> statement-breakpoint
CREATE INDEX `identities_user_id_index` ON `identities` (`user_id`);