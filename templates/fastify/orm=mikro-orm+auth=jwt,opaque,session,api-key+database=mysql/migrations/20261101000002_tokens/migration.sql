create table `tokens` (`id` varchar(36) not null, `kind` varchar(20) not null, `user_id` varchar(36) not null, `family_id` varchar(36) not null, `digest` varbinary(32) not null, `scopes` text null, `created_at` datetime(3) not null, `expires_at` datetime(3) null, `last_used_at` datetime(3) null, `revoked_at` datetime(3) null, `signed_in_at` datetime(3) null, `client_address` varchar(45) null, primary key (`id`)) default character set utf8mb4 engine = InnoDB;

alter table `tokens` add index `tokens_user_id_index` (`user_id`);

alter table `tokens` add index `tokens_family_id_index` (`family_id`);

alter table `tokens` add unique `tokens_digest_unique` (`digest`);

alter table `tokens` add constraint `tokens_user_id_foreign` foreign key (`user_id`) references `users` (`id`) on delete cascade;
