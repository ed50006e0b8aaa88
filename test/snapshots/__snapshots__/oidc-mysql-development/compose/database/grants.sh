# Runs after each migration, as the owner: the service gets the rows of the tables, never the tables.
set -eo pipefail
part() { sed -E "s#^[a-z]+://([^:]+):([^@]+)@([^:/]+)(:[0-9]+)?/(.+)#\\$2#" "/run/secrets/$1"; }

as_owner() {
  MYSQL_PWD=$(part migration_database_url 2) mariadb --batch --skip-column-names \
    --host="$(part migration_database_url 3)" --user="$(part migration_database_url 1)" \
    "$(part migration_database_url 5)"
}

# A grant on the whole database could not leave out a table.
as_owner <<SQL | as_owner
SELECT CONCAT('GRANT INSERT', IF(table_name = 'audit_events', '', ', UPDATE, DELETE'),
              ' ON \`', table_schema, '\`.\`', table_name, '\` TO ''$(part database_url 1)'';')
FROM information_schema.tables
WHERE table_schema = DATABASE() AND table_name <> 'alembic_version';
SQL
