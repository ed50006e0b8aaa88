create table `known_addresses` (`id` varchar(36) not null, `user_id` varchar(36) not null, `digest` varbinary(32) not null, `used_at` datetime(3) not null, primary key (`id`)) default character set utf8mb4 engine = InnoDB;

alter table `known_addresses` add index `known_addresses_user_id_index` (`user_id`);

alter table `known_addresses` add unique `known_addresses_digest_unique` (`digest`);

alter table `known_addresses` add index `known_addresses_used_at_index` (`used_at`);

create table `credentials` (`user_id` varchar(36) not null, `password_hash` varchar(255) not null, `changed_at` datetime(3) not null, primary key (`user_id`)) default character set utf8mb4 engine = InnoDB;

alter table `known_addresses` add constraint `known_addresses_user_id_foreign` foreign key (`user_id`) references `users` (`id`) on delete cascade;

alter table `credentials` add constraint `credentials_user_id_foreign` foreign key (`user_id`) references `users` (`id`) on update cascade on delete cascade;
