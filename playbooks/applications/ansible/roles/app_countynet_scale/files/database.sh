#!/bin/sh
# database.sh USER SOCKET SCHEMA PGPASS: makes the role, the database and one county's schema where they are missing; says
# `changed` if it did something. The password comes from libpq's file and goes in by standard input, never as an argument.
set -eu
user=$1 socket=$2 schema=$3 pgpass=$4
ask() { runuser -u "$user" -- psql -qXAt -v ON_ERROR_STOP=1 -h "$socket" -d "$1" -f -; }
tries=150
until echo 'SELECT 1' | ask postgres >/dev/null 2>&1; do
  tries=$((tries - 1))
  [ $tries -gt 0 ] || { echo 'SELECT 1' | ask postgres; exit 1; }
  sleep 0.4
done
if [ -z "$(echo "SELECT 1 FROM pg_roles WHERE rolname = 'countynet'" | ask postgres)" ]; then
  echo "CREATE ROLE countynet LOGIN" | ask postgres
  echo changed
fi
password=$(cut -d: -f5 "$pgpass" | sed "s/'/''/g")
echo "ALTER ROLE countynet PASSWORD '$password'" | ask postgres
if [ -z "$(echo "SELECT 1 FROM pg_database WHERE datname = 'countynet'" | ask postgres)" ]; then
  echo "CREATE DATABASE countynet OWNER countynet TEMPLATE template0 ENCODING 'UTF8'" | ask postgres
  echo changed
fi
if [ -z "$(echo "SELECT 1 FROM pg_namespace WHERE nspname = '$schema'" | ask countynet)" ]; then
  echo "CREATE SCHEMA \"$schema\" AUTHORIZATION countynet" | ask countynet
  echo changed
fi
