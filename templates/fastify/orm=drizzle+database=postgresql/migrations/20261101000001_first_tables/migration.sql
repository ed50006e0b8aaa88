CREATE TABLE "audit_events" (
	"id" uuid PRIMARY KEY,
	"created_at" timestamp(3) with time zone NOT NULL,
	"event" varchar(50) NOT NULL,
	"actor_id" uuid,
	"subject_id" uuid,
	"request_id" varchar(64),
	"client_address" varchar(45),
	"details" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "notes" (
	"id" uuid PRIMARY KEY,
	"owner_id" uuid NOT NULL,
	"title" varchar(200) NOT NULL,
	"body" bytea NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL,
	"updated_at" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY,
	"email" varchar(254) NOT NULL UNIQUE,
	"full_name" varchar(200) NOT NULL,
	"role" varchar(20) NOT NULL,
	"is_active" boolean NOT NULL,
	"email_verified" boolean NOT NULL,
	"created_at" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "audit_events_event_index" ON "audit_events" ("event");
--> statement-breakpoint
CREATE INDEX "audit_events_actor_id_index" ON "audit_events" ("actor_id");
--> statement-breakpoint
CREATE INDEX "notes_owner_id_id_index" ON "notes" ("owner_id","id");
--> statement-breakpoint
CREATE INDEX "users_role_index" ON "users" ("role");
--> statement-breakpoint
ALTER TABLE "notes" ADD CONSTRAINT "notes_owner_id_users_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "users"("id") ON DELETE CASCADE;
--> statement-breakpoint
CREATE FUNCTION audit_events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'DELETE' AND current_setting('append_only.is_lifted', true) = 'yes' AND pg_has_role((SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN RETURN NULL; END IF; RAISE EXCEPTION 'audit_events is append-only'; END $$;
--> statement-breakpoint
CREATE TRIGGER audit_events_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events FOR EACH STATEMENT EXECUTE FUNCTION audit_events_refuse();
