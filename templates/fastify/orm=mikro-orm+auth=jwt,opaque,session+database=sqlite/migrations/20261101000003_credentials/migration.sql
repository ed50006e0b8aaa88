create table `known_addresses` (`id` text not null primary key, `user_id` text not null, `digest` blob not null, `used_at` datetime not null, constraint `known_addresses_user_id_foreign` foreign key (`user_id`) references `users` (`id`) on delete cascade);

create index `known_addresses_user_id_index` on `known_addresses` (`user_id`);

create unique index `known_addresses_digest_unique` on `known_addresses` (`digest`);

create index `known_addresses_used_at_index` on `known_addresses` (`used_at`);

create table `credentials` (`user_id` text not null primary key, `password_hash` text not null, `changed_at` datetime not null, constraint `credentials_user_id_foreign` foreign key (`user_id`) references `users` (`id`) on update cascade on delete cascade);
