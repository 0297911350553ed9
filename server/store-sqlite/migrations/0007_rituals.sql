CREATE TABLE rituals (
    id         TEXT PRIMARY KEY NOT NULL,
    member_id  TEXT REFERENCES members (id) ON DELETE SET NULL,
    anonymous  INTEGER NOT NULL DEFAULT 0,
    kind       TEXT NOT NULL
        CHECK (kind IN ('shared_meal', 'group_check_in', 'collaborative_project')),
    title      TEXT NOT NULL,
    body       TEXT NOT NULL,
    html       TEXT NOT NULL,
    starts_at  INTEGER NOT NULL,
    -- The IANA name of the zone in which it was chosen.
    zone       TEXT NOT NULL,
    place      TEXT,
    -- For members only.
    link       TEXT,
    created_at INTEGER NOT NULL,
    edited_at  INTEGER
) STRICT;

CREATE INDEX rituals_start ON rituals (starts_at, id);
CREATE INDEX rituals_newest ON rituals (created_at, id);
CREATE INDEX rituals_member ON rituals (member_id, created_at, id);
