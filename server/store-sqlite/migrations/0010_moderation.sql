CREATE TABLE decisions (
    comment_id TEXT PRIMARY KEY NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
    at         INTEGER NOT NULL,
    by_id      TEXT NOT NULL,
    ruling     TEXT NOT NULL CHECK (ruling IN ('approved', 'refused')),
    reason     TEXT
) STRICT;
