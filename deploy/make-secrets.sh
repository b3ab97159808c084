#!/bin/sh
# Makes the secrets that compose.yaml reads, in deploy/secrets; what is there already stays.
set -eu
umask 077
cd "$(dirname "$0")"
mkdir -p secrets
cd secrets

random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
keep() { [ -e "$1" ] || printf '%s' "$2" >"$1"; }

for name in database_password amqp_password s3_access_key s3_secret_key secret_key; do
    keep "$name" "$(random)"
done
keep database_url "postgresql://instagram:$(cat database_password)@postgres/instagram"
keep amqp_url "amqp://instagram:$(cat amqp_password)@rabbitmq/instagram"
keep valkey_url "valkey://valkey:6379/0"
keep s3.json "{\"identities\": [{\"name\": \"instagram\", \"credentials\": [{\"accessKey\": \"$(cat s3_access_key)\", \"secretKey\": \"$(cat s3_secret_key)\"}], \"actions\": [\"Admin\", \"Read\", \"Write\", \"List\", \"Tagging\"]}]}"
# Containers read them as users of their own.
chmod 755 . && chmod 644 -- *
