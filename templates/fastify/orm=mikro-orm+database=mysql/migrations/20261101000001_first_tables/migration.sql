create table `audit_events` (`id` varchar(36) not null, `created_at` datetime(3) not null, `event` varchar(50) not null, `actor_id` varchar(36) null, `subject_id` varchar(36) null, `request_id` varchar(64) null, `client_address` varchar(45) null, `details` text not null, primary key (`id`)) default character set utf8mb4 engine = InnoDB;

alter table `audit_events` add index `audit_events_event_index` (`event`);

alter table `audit_events` add index `audit_events_actor_id_index` (`actor_id`);

create table `users` (`id` varchar(36) not null, `email` varchar(254) not null, `full_name` varchar(200) not null, `role` varchar(20) not null, `is_active` tinyint(1) not null, `email_verified` tinyint(1) not null, `created_at` datetime(3) not null, primary key (`id`)) default character set utf8mb4 engine = InnoDB;

alter table `users` add unique `users_email_unique` (`email`);

alter table `users` add index `users_role_index` (`role`);

create table `notes` (`id` varchar(36) not null, `owner_id` varchar(36) not null, `title` varchar(200) not null, `body` blob not null, `created_at` datetime(3) not null, `updated_at` datetime(3) not null, primary key (`id`)) default character set utf8mb4 engine = InnoDB;

alter table `notes` add index `notes_owner_id_id_index` (`owner_id`, `id`);

alter table `notes` add constraint `notes_owner_id_foreign` foreign key (`owner_id`) references `users` (`id`) on delete cascade;

CREATE TRIGGER audit_events_refuse_update BEFORE UPDATE ON audit_events FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit_events is append-only';

CREATE TRIGGER audit_events_refuse_delete BEFORE DELETE ON audit_events FOR EACH ROW BEGIN IF NOT COALESCE(@append_only_is_lifted AND SUBSTRING_INDEX(USER(), '@', 1) = SUBSTRING_INDEX(CURRENT_USER(), '@', 1), FALSE) THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'audit_events is append-only'; END IF; END;
