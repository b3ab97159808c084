-- Accounts, sessions, jobs and idempotency keys. Times are Unix milliseconds.

CREATE TABLE users (
    id                 uuid PRIMARY KEY,
    username           text NOT NULL,
    username_key       text NOT NULL,      -- the name without case; made by the adapter, so that
    email              text NOT NULL,      -- the server's locale plays no part in what is equal
    email_key          text,               -- null once erased: the address is free again
    password_hash      text NOT NULL,
    display_name       text NOT NULL,
    bio                text NOT NULL DEFAULT '',
    website            text NOT NULL DEFAULT '',
    is_private         boolean NOT NULL DEFAULT false,
    role               text NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'verified', 'admin')),
    standing           text NOT NULL DEFAULT 'active'
                       CHECK (standing IN ('active', 'suspended', 'deleted')),
    media_generation   integer NOT NULL DEFAULT 0,
    avatar_stem        text,               -- the picture that is shown
    avatar_width       integer,
    avatar_height      integer,
    avatar_placeholder text,
    avatar_encodings   text[],
    avatar_awaited     text,               -- the stem of the upload that waits for its renditions
    created_at         bigint NOT NULL
);
CREATE UNIQUE INDEX users_username ON users (username_key);
CREATE UNIQUE INDEX users_email ON users (email_key);
CREATE UNIQUE INDEX users_avatar ON users (avatar_stem) WHERE avatar_stem IS NOT NULL;
CREATE UNIQUE INDEX users_avatar_awaited ON users (avatar_awaited) WHERE avatar_awaited IS NOT NULL;

CREATE TABLE sessions (
    id           uuid PRIMARY KEY,
    user_id      uuid NOT NULL REFERENCES users,
    token_hash   bytea NOT NULL UNIQUE,
    created_at   bigint NOT NULL,
    last_used_at bigint NOT NULL,
    address      text NOT NULL,
    user_agent   text NOT NULL
);
CREATE INDEX sessions_of_user ON sessions (user_id, created_at DESC, id DESC);
CREATE INDEX sessions_last_used ON sessions (last_used_at);

-- Outbox and queue in one. A lease does not touch an index (leased_until is in none), so that
-- taking a job is a heap-only update.
CREATE TABLE jobs (
    id           uuid PRIMARY KEY,
    queue        text NOT NULL,
    kind         text NOT NULL,
    payload      jsonb NOT NULL,
    attempts     integer NOT NULL DEFAULT 0,
    run_at       bigint NOT NULL,
    leased_until bigint,
    error        text,
    failed_at    bigint,
    created_at   bigint NOT NULL
) WITH (
    fillfactor = 70,
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 2000,
    autovacuum_analyze_scale_factor = 0,
    autovacuum_analyze_threshold = 5000
);
CREATE INDEX jobs_due ON jobs (queue, run_at) WHERE failed_at IS NULL;
CREATE INDEX jobs_failed ON jobs (created_at DESC, id DESC) WHERE failed_at IS NOT NULL;

CREATE TABLE schedules (
    name text PRIMARY KEY,
    slot bigint NOT NULL
);

CREATE TABLE idempotency_keys (
    user_id     uuid NOT NULL,
    route       text NOT NULL,
    key         text NOT NULL,
    fingerprint bytea NOT NULL,
    claimed_at  bigint NOT NULL,
    status      integer,
    body        bytea,
    PRIMARY KEY (user_id, route, key)
);
CREATE INDEX idempotency_keys_claimed ON idempotency_keys (claimed_at);
