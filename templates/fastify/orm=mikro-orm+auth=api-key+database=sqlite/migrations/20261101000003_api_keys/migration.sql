create table `api_keys` (`id` text not null primary key, `name` text not null, `parent_id` text null, constraint `api_keys_id_foreign` foreign key (`id`) references `tokens` (`id`) on update cascade on delete cascade, constraint `api_keys_parent_id_foreign` foreign key (`parent_id`) references `tokens` (`id`) on delete set null);

create index `api_keys_parent_id_index` on `api_keys` (`parent_id`);
