# Runs once, on an empty volume: the database, the role that owns it, and the role of the service.
part() { sed -E "s#^[a-z]+://([^:]+):([^@]+)@[^/]+/(.+)#\\$2#" "/run/secrets/$1"; }

psql --username=postgres --no-psqlrc --set=ON_ERROR_STOP=1 \
  --set=database="$(part migration_database_url 3)" \
  --set=owner="$(part migration_database_url 1)" \
  --set=owner_password="$(part migration_database_url 2)" \
  --set=service="$(part database_url 1)" \
  --set=service_password="$(part database_url 2)" <<'SQL'
CREATE ROLE :"owner" LOGIN PASSWORD :'owner_password';
CREATE ROLE :"service" LOGIN PASSWORD :'service_password';
CREATE DATABASE :"database" OWNER :"owner";
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO :"service";
SQL
