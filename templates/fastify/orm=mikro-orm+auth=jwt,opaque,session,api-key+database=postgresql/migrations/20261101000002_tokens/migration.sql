create table "tokens" ("id" uuid not null, "kind" varchar(20) not null, "user_id" uuid not null, "family_id" uuid not null, "digest" bytea not null, "scopes" text null, "created_at" timestamptz(3) not null, "expires_at" timestamptz(3) null, "last_used_at" timestamptz(3) null, "revoked_at" timestamptz(3) null, "signed_in_at" timestamptz(3) null, "client_address" varchar(45) null, primary key ("id"));

create index "tokens_user_id_index" on "tokens" ("user_id");

create index "tokens_family_id_index" on "tokens" ("family_id");

alter table "tokens" add constraint "tokens_digest_unique" unique ("digest");

alter table "tokens" add constraint "tokens_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;
