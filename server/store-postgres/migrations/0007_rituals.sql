CREATE TABLE rituals (
    id         TEXT COLLATE "C" PRIMARY KEY,
    member_id  TEXT COLLATE "C" REFERENCES members (id) ON DELETE SET NULL,
    anonymous  BIGINT NOT NULL DEFAULT 0 CHECK (anonymous IN (0, 1)),
    kind       TEXT COLLATE "C" NOT NULL
        CHECK (kind IN ('shared_meal', 'group_check_in', 'collaborative_project')),
    title      TEXT NOT NULL,
    body       TEXT NOT NULL,
    html       TEXT NOT NULL,
    starts_at  BIGINT NOT NULL,
    -- The IANA name of the zone in which it was chosen.
    zone       TEXT NOT NULL,
    place      TEXT,
    -- For members only.
    link       TEXT,
    created_at BIGINT NOT NULL,
    edited_at  BIGINT
);

CREATE INDEX rituals_start ON rituals (starts_at, id);
CREATE INDEX rituals_newest ON rituals (created_at, id);
CREATE INDEX rituals_member ON rituals (member_id, created_at, id);
