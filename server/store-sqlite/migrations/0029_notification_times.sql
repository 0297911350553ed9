-- When a member wants to be told, by the clock where they live. A time of day is a
-- count of minutes since midnight.
CREATE TABLE notification_times (
    member_id    TEXT PRIMARY KEY NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    zone         TEXT NOT NULL,
    -- Both, or neither.
    quiet_from   INTEGER,
    quiet_until  INTEGER,
    calls        INTEGER NOT NULL CHECK (calls IN (0, 1)),
    -- Once a day, in place of each time.
    digest_at    INTEGER,
    digest_due   INTEGER,
    -- The newest line that they were told of so, and how many there were.
    digest_seen  INTEGER NOT NULL,
    digest_count INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX notification_digests ON notification_times (digest_due) WHERE digest_due IS NOT NULL;

-- Of how many things, if it is told once a day.
ALTER TABLE pushes ADD COLUMN count INTEGER;
