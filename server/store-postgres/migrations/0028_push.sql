-- Devices that are told away from the page, each by an address of its browser's
-- push service. A row goes with the device's session.
CREATE TABLE push_subscriptions (
    id         TEXT COLLATE "C" PRIMARY KEY,
    member_id  TEXT COLLATE "C" NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    device_id  TEXT COLLATE "C" NOT NULL UNIQUE
        REFERENCES sessions (device_id) ON DELETE CASCADE,
    endpoint   TEXT COLLATE "C" NOT NULL UNIQUE,
    -- The device's public key and the secret that it shares with this house.
    device_key TEXT COLLATE "C" NOT NULL,
    auth       TEXT COLLATE "C" NOT NULL,
    -- The beginning of the day on which it was made.
    day        BIGINT NOT NULL
);

CREATE INDEX push_subscriptions_member ON push_subscriptions (member_id, id);

-- What a device is to be told; nothing of what or whom. What is urgent has a row
-- of its own.
CREATE TABLE pushes (
    subscription_id TEXT COLLATE "C" NOT NULL REFERENCES push_subscriptions (id) ON DELETE CASCADE,
    urgent          BIGINT NOT NULL CHECK (urgent IN (0, 1)),
    -- None if it is of several kinds.
    kind            TEXT COLLATE "C",
    due_at          BIGINT NOT NULL,
    tries           BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (subscription_id, urgent)
);

CREATE INDEX pushes_due ON pushes (due_at);

-- The key by which push services know this house, made once.
CREATE TABLE push_keys (
    id         BIGINT PRIMARY KEY CHECK (id = 0),
    secret     TEXT COLLATE "C" NOT NULL,
    public_key TEXT COLLATE "C" NOT NULL
);
