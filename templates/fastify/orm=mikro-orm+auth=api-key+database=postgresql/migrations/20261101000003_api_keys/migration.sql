create table "api_keys" ("id" uuid not null, "name" varchar(100) not null, "parent_id" uuid null, primary key ("id"));

create index "api_keys_parent_id_index" on "api_keys" ("parent_id");

alter table "api_keys" add constraint "api_keys_id_foreign" foreign key ("id") references "tokens" ("id") on update cascade on delete cascade;

alter table "api_keys" add constraint "api_keys_parent_id_foreign" foreign key ("parent_id") references "tokens" ("id") on delete set null;
