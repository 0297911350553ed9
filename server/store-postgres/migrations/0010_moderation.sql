CREATE TABLE decisions (
    comment_id TEXT COLLATE "C" PRIMARY KEY REFERENCES comments (id) ON DELETE CASCADE,
    at         BIGINT NOT NULL,
    by_id      TEXT COLLATE "C" NOT NULL,
    ruling     TEXT COLLATE "C" NOT NULL CHECK (ruling IN ('approved', 'refused')),
    reason     TEXT
);
