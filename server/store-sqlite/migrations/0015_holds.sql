-- What was said today: keyed hashes of long texts, so that the same words again
-- are read first.
CREATE TABLE said (
    hash TEXT PRIMARY KEY NOT NULL,
    at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX said_age ON said (at);
