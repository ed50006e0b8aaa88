CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY,
	`name` text(100) NOT NULL,
	`parent_id` text,
	CONSTRAINT `fk_api_keys_id_tokens_id_fk` FOREIGN KEY (`id`) REFERENCES `tokens`(`id`) ON DELETE CASCADE,
	CONSTRAINT `fk_api_keys_parent_id_tokens_id_fk` FOREIGN KEY (`parent_id`) REFERENCES `tokens`(`id`) ON DELETE SET NULL
);
--> statement-breakpoint
CREATE INDEX `api_keys_parent_id_index` ON `api_keys` (`parent_id`);