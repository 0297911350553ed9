CREATE TABLE stories (
    id           TEXT COLLATE "C" PRIMARY KEY,
    member_id    TEXT COLLATE "C" REFERENCES members (id) ON DELETE SET NULL,
    anonymous    BIGINT NOT NULL DEFAULT 0 CHECK (anonymous IN (0, 1)),
    title        TEXT NOT NULL,
    content_note TEXT,
    -- The first words, so that a list need not read whole stories.
    excerpt      TEXT NOT NULL,
    body         TEXT NOT NULL,
    html         TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    edited_at    BIGINT
);

CREATE INDEX stories_newest ON stories (created_at, id);
CREATE INDEX stories_member ON stories (member_id, created_at, id);
