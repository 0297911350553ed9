CREATE TABLE stories (
    id           TEXT PRIMARY KEY NOT NULL,
    member_id    TEXT REFERENCES members (id) ON DELETE SET NULL,
    anonymous    INTEGER NOT NULL DEFAULT 0,
    title        TEXT NOT NULL,
    content_note TEXT,
    -- The first words, so that a list need not read whole stories.
    excerpt      TEXT NOT NULL,
    body         TEXT NOT NULL,
    html         TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    edited_at    INTEGER
) STRICT;

CREATE INDEX stories_newest ON stories (created_at, id);
CREATE INDEX stories_member ON stories (member_id, created_at, id);
