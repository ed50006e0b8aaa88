create table `identities` (`id` varchar(36) not null, `issuer` varchar(255) not null, `subject` varchar(255) not null, `user_id` varchar(36) null, `ended_at` datetime(3) null, `roles_as_of` datetime(3) null, `is_barred` tinyint(1) not null, primary key (`id`)) default character set utf8mb4 engine = InnoDB;

alter table `identities` add index `identities_user_id_index` (`user_id`);

alter table `identities` add unique `identities_issuer_subject_unique` (`issuer`, `subject`);

alter table `identities` add constraint `identities_user_id_foreign` foreign key (`user_id`) references `users` (`id`) on delete set null;
