-- Devices that are told away from the page, each by an address of its browser's
-- push service. A row goes with the device's session.
CREATE TABLE push_subscriptions (
    id         TEXT PRIMARY KEY NOT NULL,
    member_id  TEXT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    device_id  TEXT NOT NULL UNIQUE REFERENCES sessions (device_id) ON DELETE CASCADE,
    endpoint   TEXT NOT NULL UNIQUE,
    -- The device's public key and the secret that it shares with this house.
    device_key TEXT NOT NULL,
    auth       TEXT NOT NULL,
    -- The beginning of the day on which it was made.
    day        INTEGER NOT NULL
) STRICT;

CREATE INDEX push_subscriptions_member ON push_subscriptions (member_id, id);

-- What a device is to be told; nothing of what or whom. What is urgent has a row
-- of its own.
CREATE TABLE pushes (
    subscription_id TEXT NOT NULL REFERENCES push_subscriptions (id) ON DELETE CASCADE,
    urgent          INTEGER NOT NULL CHECK (urgent IN (0, 1)),
    -- None if it is of several kinds.
    kind            TEXT,
    due_at          INTEGER NOT NULL,
    tries           INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (subscription_id, urgent)
) STRICT;

CREATE INDEX pushes_due ON pushes (due_at);

-- The key by which push services know this house, made once.
CREATE TABLE push_keys (
    id         INTEGER PRIMARY KEY NOT NULL CHECK (id = 0),
    secret     TEXT NOT NULL,
    public_key TEXT NOT NULL
) STRICT;
