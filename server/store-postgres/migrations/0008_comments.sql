CREATE TABLE threads (
    subject_kind TEXT COLLATE "C" NOT NULL,
    subject_id   TEXT COLLATE "C" NOT NULL,
    -- The number that the next comment gets in its path.
    next         BIGINT NOT NULL DEFAULT 1,
    published    BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (subject_kind, subject_id)
);

CREATE TABLE comments (
    id           TEXT COLLATE "C" PRIMARY KEY,
    subject_kind TEXT COLLATE "C" NOT NULL,
    subject_id   TEXT COLLATE "C" NOT NULL,
    parent_id    TEXT COLLATE "C" REFERENCES comments (id),
    -- Six hex digits a level: the order of the path is the order of reading.
    path         TEXT COLLATE "C" NOT NULL,
    depth        BIGINT NOT NULL,
    member_id    TEXT COLLATE "C" REFERENCES members (id) ON DELETE SET NULL,
    guest_id     TEXT COLLATE "C" REFERENCES guests (id) ON DELETE SET NULL,
    anonymous    BIGINT NOT NULL DEFAULT 0 CHECK (anonymous IN (0, 1)),
    state        TEXT COLLATE "C" NOT NULL
        CHECK (state IN ('published', 'held', 'refused', 'gap')),
    body         TEXT NOT NULL,
    html         TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    edited_at    BIGINT,
    -- The key of an imported comment in its source, so that it comes once.
    source       TEXT COLLATE "C"
);

CREATE UNIQUE INDEX comments_thread ON comments (subject_kind, subject_id, path);
CREATE INDEX comments_parent ON comments (parent_id);
CREATE INDEX comments_member ON comments (member_id, created_at, id);
CREATE INDEX comments_guest ON comments (guest_id, created_at, id);
CREATE INDEX comments_held ON comments (created_at, id) WHERE state = 'held';
CREATE UNIQUE INDEX comments_source ON comments (source) WHERE source IS NOT NULL;
