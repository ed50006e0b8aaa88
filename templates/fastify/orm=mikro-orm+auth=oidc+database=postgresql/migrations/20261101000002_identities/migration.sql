create table "identities" ("id" uuid not null, "issuer" varchar(255) not null, "subject" varchar(255) not null, "user_id" uuid null, "ended_at" timestamptz(3) null, "roles_as_of" timestamptz(3) null, "is_barred" boolean not null, primary key ("id"));

create index "identities_user_id_index" on "identities" ("user_id");

alter table "identities" add constraint "identities_issuer_subject_unique" unique ("issuer", "subject");

alter table "identities" add constraint "identities_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete set null;
