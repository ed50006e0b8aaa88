CREATE TABLE "credentials" (
	"user_id" uuid PRIMARY KEY,
	"password_hash" varchar(255) NOT NULL,
	"changed_at" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "known_addresses" (
	"id" uuid PRIMARY KEY,
	"user_id" uuid NOT NULL,
	"digest" bytea NOT NULL UNIQUE,
	"used_at" timestamp(3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "known_addresses_user_id_index" ON "known_addresses" ("user_id");
--> statement-breakpoint
CREATE INDEX "known_addresses_used_at_index" ON "known_addresses" ("used_at");
--> statement-breakpoint
ALTER TABLE "credentials" ADD CONSTRAINT "credentials_user_id_users_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE;
--> statement-breakpoint
ALTER TABLE "known_addresses" ADD CONSTRAINT "known_addresses_user_id_users_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE;
