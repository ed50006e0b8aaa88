create table `audit_events` (`id` text not null primary key, `created_at` datetime not null, `event` text not null, `actor_id` text null, `subject_id` text null, `request_id` text null, `client_address` text null, `details` text not null);

create index `audit_events_event_index` on `audit_events` (`event`);

create index `audit_events_actor_id_index` on `audit_events` (`actor_id`);

create table `users` (`id` text not null primary key, `email` text not null, `full_name` text not null, `role` text not null, `is_active` integer not null, `email_verified` integer not null, `created_at` datetime not null);

create unique index `users_email_unique` on `users` (`email`);

create index `users_role_index` on `users` (`role`);

create table `notes` (`id` text not null primary key, `owner_id` text not null, `title` text not null, `body` blob not null, `created_at` datetime not null, `updated_at` datetime not null, constraint `notes_owner_id_foreign` foreign key (`owner_id`) references `users` (`id`) on delete cascade);

create index `notes_owner_id_id_index` on `notes` (`owner_id`, `id`);

CREATE TRIGGER audit_events_refuse_update BEFORE UPDATE ON audit_events BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END;

CREATE TRIGGER audit_events_refuse_delete BEFORE DELETE ON audit_events BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END;

CREATE TRIGGER audit_events_refuse_replace BEFORE INSERT ON audit_events WHEN EXISTS (SELECT 1 FROM audit_events AS kept WHERE kept.id = NEW.id) BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END;
