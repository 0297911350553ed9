-- When those who answer calls for help are here. No page that is kept for
-- everyone shows what is in this file.
CREATE TABLE shifts (
    id           TEXT PRIMARY KEY NOT NULL,
    member_id    TEXT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    -- Monday is the lowest bit.
    days         INTEGER NOT NULL,
    -- Minutes since midnight there.
    from_minute  INTEGER NOT NULL,
    until_minute INTEGER NOT NULL,
    zone         TEXT NOT NULL
) STRICT;

CREATE INDEX shifts_member ON shifts (member_id, id);

-- Those who keep something of the house are few.
CREATE INDEX members_with_roles ON members (id) WHERE roles <> 0;

-- How far a call that waits has risen: 0, or 1 to 3.
ALTER TABLE calls ADD COLUMN level INTEGER NOT NULL DEFAULT 0;

CREATE INDEX calls_rising ON calls (level, waiting_since)
    WHERE waiting_since IS NOT NULL AND origin <> 'imported';

-- How it stands with telling people away from their browsers, one row.
CREATE TABLE telling (
    id         INTEGER PRIMARY KEY CHECK (id = 0),
    owed_since INTEGER,
    told_at    INTEGER,
    failures   INTEGER NOT NULL
) STRICT;
