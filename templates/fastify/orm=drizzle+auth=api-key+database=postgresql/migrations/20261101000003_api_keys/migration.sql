CREATE TABLE "api_keys" (
	"id" uuid PRIMARY KEY,
	"name" varchar(100) NOT NULL,
	"parent_id" uuid
);
--> statement-breakpoint
CREATE INDEX "api_keys_parent_id_index" ON "api_keys" ("parent_id");--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_id_tokens_id_fkey" FOREIGN KEY ("id") REFERENCES "tokens"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_parent_id_tokens_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "tokens"("id") ON DELETE SET NULL;