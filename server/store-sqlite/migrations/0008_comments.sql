CREATE TABLE threads (
    subject_kind TEXT NOT NULL,
    subject_id   TEXT NOT NULL,
    -- The number that the next comment gets in its path.
    next         INTEGER NOT NULL DEFAULT 1,
    published    INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (subject_kind, subject_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE comments (
    id           TEXT PRIMARY KEY NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id   TEXT NOT NULL,
    parent_id    TEXT REFERENCES comments (id),
    -- Six hex digits a level: the order of the path is the order of reading.
    path         TEXT NOT NULL,
    depth        INTEGER NOT NULL,
    member_id    TEXT REFERENCES members (id) ON DELETE SET NULL,
    guest_id     TEXT REFERENCES guests (id) ON DELETE SET NULL,
    anonymous    INTEGER NOT NULL DEFAULT 0,
    state        TEXT NOT NULL CHECK (state IN ('published', 'held', 'refused', 'gap')),
    body         TEXT NOT NULL,
    html         TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    edited_at    INTEGER,
    -- The key of an imported comment in its source, so that it comes once.
    source       TEXT
) STRICT;

CREATE UNIQUE INDEX comments_thread ON comments (subject_kind, subject_id, path);
CREATE INDEX comments_parent ON comments (parent_id);
CREATE INDEX comments_member ON comments (member_id, created_at, id);
CREATE INDEX comments_guest ON comments (guest_id, created_at, id);
CREATE INDEX comments_held ON comments (created_at, id) WHERE state = 'held';
CREATE UNIQUE INDEX comments_source ON comments (source) WHERE source IS NOT NULL;
