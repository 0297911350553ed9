-- Passkeys: public keys of members' devices.
CREATE TABLE passkeys (
    id            TEXT PRIMARY KEY NOT NULL,
    member_id     TEXT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    -- What the device calls it, base64url.
    credential_id TEXT NOT NULL UNIQUE,
    -- Public key, counter and flags, JSON.
    credential    TEXT NOT NULL,
    name          TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    -- The beginning of a day.
    last_used_at  INTEGER
) STRICT;

CREATE INDEX passkeys_of ON passkeys (member_id, created_at, id);

-- What browsers are being asked, for some minutes. The member of a question to
-- someone who wants to join is not there yet.
CREATE TABLE passkey_asks (
    id         TEXT PRIMARY KEY NOT NULL,
    browser    TEXT NOT NULL,
    purpose    TEXT NOT NULL CHECK (purpose IN ('join', 'add', 'sign_in', 'confirm')),
    member_id  TEXT,
    state      TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX passkey_asks_expiry ON passkey_asks (expires_at);
