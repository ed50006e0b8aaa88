create table `api_keys` (`id` varchar(36) not null, `name` varchar(100) not null, `parent_id` varchar(36) null, primary key (`id`)) default character set utf8mb4 engine = InnoDB;

alter table `api_keys` add index `api_keys_parent_id_index` (`parent_id`);

alter table `api_keys` add constraint `api_keys_id_foreign` foreign key (`id`) references `tokens` (`id`) on update cascade on delete cascade;

alter table `api_keys` add constraint `api_keys_parent_id_foreign` foreign key (`parent_id`) references `tokens` (`id`) on delete set null;
