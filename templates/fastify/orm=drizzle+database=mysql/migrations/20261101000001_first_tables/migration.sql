CREATE TABLE `audit_events` (
	`id` binary(16) PRIMARY KEY,
	`created_at` datetime(3) NOT NULL,
	`event` varchar(50) NOT NULL,
	`actor_id` binary(16),
	`subject_id` binary(16),
	`request_id` varchar(64),
	`client_address` varchar(45),
	`details` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `notes` (
	`id` binary(16) PRIMARY KEY,
	`owner_id` binary(16) NOT NULL,
	`title` varchar(200) NOT NULL,
	`body` blob NOT NULL,
	`created_at` datetime(3) NOT NULL,
	`updated_at` datetime(3) NOT NULL
);
--> statement-breakpoint
CREATE TABLE `users` (
	`id` binary(16) PRIMARY KEY,
	`email` varchar(254) NOT NULL,
	`full_name` varchar(200) NOT NULL,
	`role` varchar(20) NOT NULL,
	`is_active` boolean NOT NULL,
	`email_verified` boolean NOT NULL,
	`created_at` datetime(3) NOT NULL,
	CONSTRAINT `email_unique` UNIQUE INDEX(`email`)
);
--> statement-breakpoint
CREATE INDEX `audit_events_event_index` ON `audit_events` (`event`);
--> statement-breakpoint
CREATE INDEX `audit_events_actor_id_index` ON `audit_events` (`actor_id`);
--> statement-breakpoint
CREATE INDEX `notes_owner_id_id_index` ON `notes` (`owner_id`,`id`);
--> statement-breakpoint
CREATE INDEX `users_role_index` ON `users` (`role`);
--> statement-breakpoint
ALTER TABLE `notes` ADD CONSTRAINT `notes_owner_id_users_id_fkey` FOREIGN KEY (`owner_id`) REFERENCES `users`(`id`) ON DELETE CASCADE;
--> statement-breakpoint
CREATE TRIGGER audit_events_refuse_update BEFORE UPDATE ON audit_events FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit_events is append-only';
--> statement-breakpoint
CREATE TRIGGER audit_events_refuse_delete BEFORE DELETE ON audit_events FOR EACH ROW BEGIN IF NOT COALESCE(@append_only_is_lifted AND SUBSTRING_INDEX(USER(), '@', 1) = SUBSTRING_INDEX(CURRENT_USER(), '@', 1), FALSE) THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit_events is append-only'; END IF; END;
