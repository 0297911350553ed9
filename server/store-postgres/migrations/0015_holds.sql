-- What was said today: keyed hashes of long texts, so that the same words again
-- are read first.
CREATE TABLE said (
    hash TEXT COLLATE "C" PRIMARY KEY,
    at   BIGINT NOT NULL
);

CREATE INDEX said_age ON said (at);
