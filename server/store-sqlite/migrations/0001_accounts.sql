-- Identifiers are 32 hex digits, times are milliseconds since 1970 in UTC.

CREATE TABLE members (
    id         TEXT PRIMARY KEY NOT NULL,
    handle     TEXT NOT NULL,
    -- What the handle looks like: no two may look the same.
    skeleton   TEXT NOT NULL UNIQUE,
    password   TEXT NOT NULL,
    roles      INTEGER NOT NULL DEFAULT 0,
    state      TEXT NOT NULL CHECK (state IN ('active', 'waiting')),
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX members_waiting ON members (created_at, id) WHERE state = 'waiting';

CREATE TABLE guests (
    id         TEXT PRIMARY KEY NOT NULL,
    pseudonym  TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE recovery_codes (
    member_id TEXT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    hash      TEXT NOT NULL,
    PRIMARY KEY (member_id, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE reset_links (
    member_id  TEXT PRIMARY KEY NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    hash       TEXT NOT NULL UNIQUE,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE invitations (
    id         TEXT PRIMARY KEY NOT NULL,
    hash       TEXT NOT NULL UNIQUE,
    invited_by TEXT REFERENCES members (id) ON DELETE SET NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX invitations_by ON invitations (invited_by);

CREATE TABLE sessions (
    -- SHA-256 of the cookie's secret.
    hash         TEXT PRIMARY KEY NOT NULL,
    device_id    TEXT NOT NULL UNIQUE,
    member_id    TEXT REFERENCES members (id) ON DELETE CASCADE,
    record       TEXT NOT NULL,
    name         TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT;

CREATE INDEX sessions_of ON sessions (member_id, last_used_at);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE audit (
    id     TEXT PRIMARY KEY NOT NULL,
    at     INTEGER NOT NULL,
    by_id  TEXT,
    action TEXT NOT NULL,
    about  TEXT NOT NULL,
    reason TEXT
) STRICT;

CREATE INDEX audit_at ON audit (at, id);
