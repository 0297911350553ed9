CREATE TABLE series (
    id         TEXT COLLATE "C" PRIMARY KEY,
    slug       TEXT COLLATE "C" NOT NULL UNIQUE,
    title      TEXT COLLATE "C" NOT NULL,
    summary    TEXT NOT NULL DEFAULT '',
    -- It stands on the first page.
    current    BIGINT NOT NULL DEFAULT 0 CHECK (current IN (0, 1)),
    created_at BIGINT NOT NULL
);

CREATE UNIQUE INDEX series_current ON series (current) WHERE current = 1;
-- In "C" only the letters of ASCII have two cases.
CREATE INDEX series_title ON series (lower(title), created_at, id);
CREATE INDEX series_newest ON series (created_at, id);

CREATE TABLE articles (
    id           TEXT COLLATE "C" PRIMARY KEY,
    series_id    TEXT COLLATE "C" NOT NULL REFERENCES series (id),
    slug         TEXT COLLATE "C" NOT NULL,
    week         BIGINT,
    title        TEXT NOT NULL,
    summary      TEXT NOT NULL,
    body         TEXT NOT NULL,
    html         TEXT NOT NULL,
    -- None: a draft. In the future: scheduled.
    published_at BIGINT,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    editor_id    TEXT COLLATE "C" REFERENCES members (id) ON DELETE SET NULL,
    -- The key of an imported article in its source, so that it comes once.
    source       TEXT COLLATE "C"
);

CREATE UNIQUE INDEX articles_address ON articles (series_id, slug);
CREATE INDEX articles_weeks ON articles (series_id, published_at, id);
CREATE INDEX articles_newest ON articles (published_at, id);
CREATE INDEX articles_changed ON articles (updated_at, id);
CREATE INDEX articles_editor ON articles (editor_id);
CREATE UNIQUE INDEX articles_source ON articles (source) WHERE source IS NOT NULL;

CREATE TABLE prompts (
    id         TEXT COLLATE "C" PRIMARY KEY,
    article_id TEXT COLLATE "C" NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    -- From 1 on.
    position   BIGINT NOT NULL,
    text       TEXT NOT NULL
);

CREATE INDEX prompts_of ON prompts (article_id, position);

CREATE TABLE article_categories (
    article_id TEXT COLLATE "C" NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    name       TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (article_id, name)
);
