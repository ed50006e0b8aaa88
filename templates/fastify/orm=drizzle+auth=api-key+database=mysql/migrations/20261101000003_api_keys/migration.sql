CREATE TABLE `api_keys` (
	`id` binary(16) PRIMARY KEY,
	`name` varchar(100) NOT NULL,
	`parent_id` binary(16),
	CONSTRAINT `api_keys_id_tokens_id_fkey` FOREIGN KEY (`id`) REFERENCES `tokens`(`id`) ON DELETE CASCADE,
	CONSTRAINT `api_keys_parent_id_tokens_id_fkey` FOREIGN KEY (`parent_id`) REFERENCES `tokens`(`id`) ON DELETE SET NULL
);
--> statement-breakpoint
CREATE INDEX `api_keys_parent_id_index` ON `api_keys` (`parent_id`);