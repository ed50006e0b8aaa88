# Runs once, on an empty volume: the database, the account that owns it, and that of the service.
part() { sed -E "s#^[a-z]+://([^:]+):([^@]+)@[^/]+/(.+)#\\$2#" "/run/secrets/$1"; }

database=$(part migration_database_url 3)
# In a GRANT, a bare _ stands for any character.
pattern=${database//_/\\_}
docker_process_sql <<SQL
CREATE DATABASE \`$database\`;
CREATE USER '$(part migration_database_url 1)' IDENTIFIED BY '$(part migration_database_url 2)';
GRANT ALL ON \`$pattern\`.* TO '$(part migration_database_url 1)' WITH GRANT OPTION;
CREATE USER '$(part database_url 1)' IDENTIFIED BY '$(part database_url 2)';
SQL
