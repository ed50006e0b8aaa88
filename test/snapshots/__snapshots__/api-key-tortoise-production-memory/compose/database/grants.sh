# Runs after each migration, as the owner: the service gets the rows of the tables, never the tables.
service=$(sed -E 's#^[a-z]+://([^:]+):.*#\1#' /run/secrets/database_url)

psql "$(cat /run/secrets/migration_database_url)" --no-psqlrc --quiet --set=ON_ERROR_STOP=1 \
  --set=service="$service" <<'SQL'
BEGIN;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :"service";
REVOKE UPDATE, DELETE ON audit_events FROM :"service";
REVOKE INSERT, UPDATE, DELETE ON tortoise_migrations FROM :"service";
COMMIT;
SQL
