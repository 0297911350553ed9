CREATE TABLE series (
    id         TEXT PRIMARY KEY NOT NULL,
    slug       TEXT NOT NULL UNIQUE,
    title      TEXT NOT NULL COLLATE NOCASE,
    summary    TEXT NOT NULL DEFAULT '',
    -- It stands on the first page.
    current    INTEGER NOT NULL DEFAULT 0 CHECK (current IN (0, 1)),
    created_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX series_current ON series (current) WHERE current = 1;
CREATE INDEX series_title ON series (title);
CREATE INDEX series_newest ON series (created_at, id);

CREATE TABLE articles (
    id           TEXT PRIMARY KEY NOT NULL,
    series_id    TEXT NOT NULL REFERENCES series (id),
    slug         TEXT NOT NULL,
    week         INTEGER,
    title        TEXT NOT NULL,
    summary      TEXT NOT NULL,
    body         TEXT NOT NULL,
    html         TEXT NOT NULL,
    -- None: a draft. In the future: scheduled.
    published_at INTEGER,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    editor_id    TEXT REFERENCES members (id) ON DELETE SET NULL,
    -- The key of an imported article in its source, so that it comes once.
    source       TEXT
) STRICT;

CREATE UNIQUE INDEX articles_address ON articles (series_id, slug);
CREATE INDEX articles_weeks ON articles (series_id, published_at, id);
CREATE INDEX articles_newest ON articles (published_at, id);
CREATE INDEX articles_changed ON articles (updated_at, id);
CREATE INDEX articles_editor ON articles (editor_id);
CREATE UNIQUE INDEX articles_source ON articles (source) WHERE source IS NOT NULL;

CREATE TABLE prompts (
    id         TEXT PRIMARY KEY NOT NULL,
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    -- From 1 on.
    position   INTEGER NOT NULL,
    text       TEXT NOT NULL
) STRICT;

CREATE INDEX prompts_of ON prompts (article_id, position);

CREATE TABLE article_categories (
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    PRIMARY KEY (article_id, name)
) STRICT, WITHOUT ROWID;
