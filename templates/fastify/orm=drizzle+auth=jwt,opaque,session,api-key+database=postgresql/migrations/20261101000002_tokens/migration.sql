CREATE TABLE "tokens" (
	"id" uuid PRIMARY KEY,
	"kind" varchar(20) NOT NULL,
	"user_id" uuid NOT NULL,
	"family_id" uuid NOT NULL,
	"digest" bytea NOT NULL UNIQUE,
	"scopes" text,
	"created_at" timestamp(3) with time zone NOT NULL,
	"expires_at" timestamp(3) with time zone,
	"last_used_at" timestamp(3) with time zone,
	"revoked_at" timestamp(3) with time zone,
	"signed_in_at" timestamp(3) with time zone,
	"client_address" varchar(45)
);
--> statement-breakpoint
CREATE INDEX "tokens_user_id_index" ON "tokens" ("user_id");
--> statement-breakpoint
CREATE INDEX "tokens_family_id_index" ON "tokens" ("family_id");
--> statement-breakpoint
ALTER TABLE "tokens" ADD CONSTRAINT "tokens_user_id_users_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE;
