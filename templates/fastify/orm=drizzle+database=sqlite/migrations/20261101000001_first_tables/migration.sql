CREATE TABLE `audit_events` (
	`id` text PRIMARY KEY NOT NULL,
	`created_at` integer NOT NULL,
	`event` text(50) NOT NULL,
	`actor_id` text,
	`subject_id` text,
	`request_id` text(64),
	`client_address` text(45),
	`details` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `notes` (
	`id` text PRIMARY KEY NOT NULL,
	`owner_id` text NOT NULL,
	`title` text(200) NOT NULL,
	`body` blob NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT `fk_notes_owner_id_users_id_fk` FOREIGN KEY (`owner_id`) REFERENCES `users`(`id`) ON DELETE CASCADE
);
--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text(254) NOT NULL UNIQUE,
	`full_name` text(200) NOT NULL,
	`role` text(20) NOT NULL,
	`is_active` integer NOT NULL,
	`email_verified` integer NOT NULL,
	`created_at` integer NOT NULL
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
CREATE TRIGGER audit_events_refuse_update BEFORE UPDATE ON audit_events BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER audit_events_refuse_delete BEFORE DELETE ON audit_events BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER audit_events_refuse_replace BEFORE INSERT ON audit_events WHEN EXISTS (SELECT 1 FROM audit_events AS kept WHERE kept.id = NEW.id) BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END;
