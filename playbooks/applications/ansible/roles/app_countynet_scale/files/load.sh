#!/bin/sh
# load.sh USER DATABASE SOCKET DUMP: puts a dump in place of the database countynet, which nobody uses meanwhile.
set -eu
user=$1 data=$2 socket=$3 dump=$4
bin=/usr/lib/postgresql/15/bin
as() { runuser -u "$user" -- "$@"; }
as "$bin/pg_ctl" -D "$data" -w -s -l "$data/load.log" -o "-c config_file=$data/countynet.conf -c listen_addresses=" start
trap 'as "$bin/pg_ctl" -D "$data" -w -s -m fast stop' EXIT
as psql -qX -h "$socket" -d postgres -c 'DROP DATABASE IF EXISTS countynet'
as psql -qX -h "$socket" -d postgres -c "CREATE DATABASE countynet OWNER countynet TEMPLATE template0 ENCODING 'UTF8'"
as pg_restore -h "$socket" -d countynet --exit-on-error "$dump"
