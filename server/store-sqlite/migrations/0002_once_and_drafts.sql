-- The answer to each mutation, kept with it, so that sent twice is done once.
CREATE TABLE once (
    author  TEXT NOT NULL,
    digest  TEXT NOT NULL,
    answer  TEXT NOT NULL,
    kept_at INTEGER NOT NULL,
    PRIMARY KEY (author, digest)
) STRICT, WITHOUT ROWID;

CREATE INDEX once_age ON once (kept_at);

CREATE TABLE drafts (
    owner      TEXT NOT NULL,
    form       TEXT NOT NULL,
    fields     TEXT NOT NULL,
    refusal    TEXT,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (owner, form)
) STRICT, WITHOUT ROWID;

CREATE INDEX drafts_of ON drafts (owner, updated_at);
CREATE INDEX drafts_age ON drafts (updated_at);
