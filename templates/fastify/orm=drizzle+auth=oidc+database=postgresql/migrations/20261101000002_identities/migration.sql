CREATE TABLE "identities" (
	"id" uuid PRIMARY KEY,
	"issuer" varchar(255) NOT NULL,
	"subject" varchar(255) NOT NULL,
	"user_id" uuid,
	"ended_at" timestamp(3) with time zone,
	"roles_as_of" timestamp(3) with time zone,
	"is_barred" boolean NOT NULL,
	CONSTRAINT "identities_issuer_subject_unique" UNIQUE("issuer","subject")
);
--> statement-breakpoint
CREATE INDEX "identities_user_id_index" ON "identities" ("user_id");--> statement-breakpoint
ALTER TABLE "identities" ADD CONSTRAINT "identities_user_id_users_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE SET NULL;