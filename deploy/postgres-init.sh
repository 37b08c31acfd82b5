#!/bin/bash
# Run once by the PostgreSQL image on an empty volume: one role and one database a service, closed to the other services.
set -euo pipefail
for service in ingest scoring notify; do
  password="${service^^}_DB_PASSWORD"
  psql --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set service="$service" --set password="${!password:?}" <<'SQL'
CREATE ROLE :"service" LOGIN PASSWORD :'password';
CREATE DATABASE :"service" OWNER :"service";
REVOKE CONNECT ON DATABASE :"service" FROM PUBLIC;
SQL
done
