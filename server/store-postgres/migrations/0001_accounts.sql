-- Identifiers are 32 hex digits, times are milliseconds since 1970 in UTC.
-- Every whole number is a BIGINT and every flag one that holds 0 or 1, so that
-- each column reads the same as its twin in SQLite. Text that is compared is
-- COLLATE "C": its order is the order of its bytes, whatever the server's
-- language.

CREATE TABLE members (
    id         TEXT COLLATE "C" PRIMARY KEY,
    handle     TEXT COLLATE "C" NOT NULL,
    -- What the handle looks like: no two may look the same.
    skeleton   TEXT COLLATE "C" NOT NULL UNIQUE,
    password   TEXT NOT NULL,
    roles      BIGINT NOT NULL DEFAULT 0,
    state      TEXT COLLATE "C" NOT NULL CHECK (state IN ('active', 'waiting')),
    created_at BIGINT NOT NULL
);

CREATE INDEX members_waiting ON members (created_at, id) WHERE state = 'waiting';

CREATE TABLE guests (
    id         TEXT COLLATE "C" PRIMARY KEY,
    pseudonym  TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE recovery_codes (
    member_id TEXT COLLATE "C" NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    hash      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (member_id, hash)
);

CREATE TABLE reset_links (
    member_id  TEXT COLLATE "C" PRIMARY KEY REFERENCES members (id) ON DELETE CASCADE,
    hash       TEXT COLLATE "C" NOT NULL UNIQUE,
    expires_at BIGINT NOT NULL
);

CREATE TABLE invitations (
    id         TEXT COLLATE "C" PRIMARY KEY,
    hash       TEXT COLLATE "C" NOT NULL UNIQUE,
    invited_by TEXT COLLATE "C" REFERENCES members (id) ON DELETE SET NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX invitations_by ON invitations (invited_by);

CREATE TABLE sessions (
    -- SHA-256 of the cookie's secret.
    hash         TEXT COLLATE "C" PRIMARY KEY,
    device_id    TEXT COLLATE "C" NOT NULL UNIQUE,
    member_id    TEXT COLLATE "C" REFERENCES members (id) ON DELETE CASCADE,
    record       TEXT NOT NULL,
    name         TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL
);

CREATE INDEX sessions_of ON sessions (member_id, last_used_at);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE audit (
    id     TEXT COLLATE "C" PRIMARY KEY,
    at     BIGINT NOT NULL,
    by_id  TEXT COLLATE "C",
    action TEXT COLLATE "C" NOT NULL,
    about  TEXT COLLATE "C" NOT NULL,
    reason TEXT
);

CREATE INDEX audit_at ON audit (at, id);
