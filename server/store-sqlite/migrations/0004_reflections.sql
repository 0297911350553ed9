CREATE TABLE reflections (
    id         TEXT PRIMARY KEY NOT NULL,
    article_id TEXT NOT NULL REFERENCES articles (id),
    prompt_id  TEXT NOT NULL REFERENCES prompts (id),
    member_id  TEXT REFERENCES members (id) ON DELETE SET NULL,
    anonymous  INTEGER NOT NULL DEFAULT 0,
    body       TEXT NOT NULL,
    html       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    edited_at  INTEGER
) STRICT;

CREATE INDEX reflections_prompt ON reflections (prompt_id, created_at, id);
CREATE INDEX reflections_newest ON reflections (created_at, id);
CREATE INDEX reflections_article ON reflections (article_id);
CREATE INDEX reflections_member ON reflections (member_id, created_at, id);
