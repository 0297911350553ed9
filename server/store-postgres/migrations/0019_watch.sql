CREATE TABLE shifts (
    id           TEXT COLLATE "C" PRIMARY KEY,
    member_id    TEXT COLLATE "C" NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    -- Monday is the lowest bit.
    days         BIGINT NOT NULL,
    -- Minutes since midnight there.
    from_minute  BIGINT NOT NULL,
    until_minute BIGINT NOT NULL,
    zone         TEXT NOT NULL
);

CREATE INDEX shifts_member ON shifts (member_id, id);

-- Those who keep something of the house are few.
CREATE INDEX members_with_roles ON members (id) WHERE roles <> 0;

-- How far a call that waits has risen: 0, or 1 to 3.
ALTER TABLE calls ADD COLUMN level BIGINT NOT NULL DEFAULT 0;

CREATE INDEX calls_rising ON calls (level, waiting_since)
    WHERE waiting_since IS NOT NULL AND origin <> 'imported';

-- How it stands with telling people away from their browsers, one row.
CREATE TABLE telling (
    id         BIGINT PRIMARY KEY CHECK (id = 0),
    owed_since BIGINT,
    told_at    BIGINT,
    failures   BIGINT NOT NULL
);
