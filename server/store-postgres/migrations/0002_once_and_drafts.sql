-- The answer to each mutation, kept with it, so that sent twice is done once.
CREATE TABLE once (
    author  TEXT COLLATE "C" NOT NULL,
    digest  TEXT COLLATE "C" NOT NULL,
    answer  TEXT NOT NULL,
    kept_at BIGINT NOT NULL,
    PRIMARY KEY (author, digest)
);

CREATE INDEX once_age ON once (kept_at);

CREATE TABLE drafts (
    owner      TEXT COLLATE "C" NOT NULL,
    form       TEXT COLLATE "C" NOT NULL,
    fields     TEXT NOT NULL,
    refusal    TEXT,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (owner, form)
);

CREATE INDEX drafts_of ON drafts (owner, updated_at);
CREATE INDEX drafts_age ON drafts (updated_at);
