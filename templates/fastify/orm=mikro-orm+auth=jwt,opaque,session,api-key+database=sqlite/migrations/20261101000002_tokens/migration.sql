create table `tokens` (`id` text not null primary key, `kind` text not null, `user_id` text not null, `family_id` text not null, `digest` blob not null, `scopes` text null, `created_at` datetime not null, `expires_at` datetime null, `last_used_at` datetime null, `revoked_at` datetime null, `signed_in_at` datetime null, `client_address` text null, constraint `tokens_user_id_foreign` foreign key (`user_id`) references `users` (`id`) on delete cascade);

create index `tokens_user_id_index` on `tokens` (`user_id`);

create index `tokens_family_id_index` on `tokens` (`family_id`);

create unique index `tokens_digest_unique` on `tokens` (`digest`);
