create table `identities` (`id` text not null primary key, `issuer` text not null, `subject` text not null, `user_id` text null, `ended_at` datetime null, `roles_as_of` datetime null, `is_barred` integer not null, constraint `identities_user_id_foreign` foreign key (`user_id`) references `users` (`id`) on delete set null);

create index `identities_user_id_index` on `identities` (`user_id`);

create unique index `identities_issuer_subject_unique` on `identities` (`issuer`, `subject`);
