create table "known_addresses" ("id" uuid not null, "user_id" uuid not null, "digest" bytea not null, "used_at" timestamptz(3) not null, primary key ("id"));

create index "known_addresses_user_id_index" on "known_addresses" ("user_id");

alter table "known_addresses" add constraint "known_addresses_digest_unique" unique ("digest");

create index "known_addresses_used_at_index" on "known_addresses" ("used_at");

create table "credentials" ("user_id" uuid not null, "password_hash" varchar(255) not null, "changed_at" timestamptz(3) not null, primary key ("user_id"));

alter table "known_addresses" add constraint "known_addresses_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;

alter table "credentials" add constraint "credentials_user_id_foreign" foreign key ("user_id") references "users" ("id") on update cascade on delete cascade;
