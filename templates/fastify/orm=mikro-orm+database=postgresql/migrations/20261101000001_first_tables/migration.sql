create table "audit_events" ("id" uuid not null, "created_at" timestamptz(3) not null, "event" varchar(50) not null, "actor_id" uuid null, "subject_id" uuid null, "request_id" varchar(64) null, "client_address" varchar(45) null, "details" text not null, primary key ("id"));

create index "audit_events_event_index" on "audit_events" ("event");

create index "audit_events_actor_id_index" on "audit_events" ("actor_id");

create table "users" ("id" uuid not null, "email" varchar(254) not null, "full_name" varchar(200) not null, "role" varchar(20) not null, "is_active" boolean not null, "email_verified" boolean not null, "created_at" timestamptz(3) not null, primary key ("id"));

alter table "users" add constraint "users_email_unique" unique ("email");

create index "users_role_index" on "users" ("role");

create table "notes" ("id" uuid not null, "owner_id" uuid not null, "title" varchar(200) not null, "body" bytea not null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, primary key ("id"));

create index "notes_owner_id_id_index" on "notes" ("owner_id", "id");

alter table "notes" add constraint "notes_owner_id_foreign" foreign key ("owner_id") references "users" ("id") on delete cascade;

CREATE FUNCTION audit_events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'DELETE' AND current_setting('append_only.is_lifted', true) = 'yes' AND pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN RETURN NULL; END IF; RAISE EXCEPTION 'audit_events is append-only'; END $$;

CREATE TRIGGER audit_events_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events FOR EACH STATEMENT EXECUTE FUNCTION audit_events_refuse();
