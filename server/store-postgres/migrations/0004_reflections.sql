CREATE TABLE reflections (
    id         TEXT COLLATE "C" PRIMARY KEY,
    article_id TEXT COLLATE "C" NOT NULL REFERENCES articles (id),
    prompt_id  TEXT COLLATE "C" NOT NULL REFERENCES prompts (id),
    member_id  TEXT COLLATE "C" REFERENCES members (id) ON DELETE SET NULL,
    anonymous  BIGINT NOT NULL DEFAULT 0 CHECK (anonymous IN (0, 1)),
    body       TEXT NOT NULL,
    html       TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    edited_at  BIGINT
);

CREATE INDEX reflections_prompt ON reflections (prompt_id, created_at, id);
CREATE INDEX reflections_newest ON reflections (created_at, id);
CREATE INDEX reflections_article ON reflections (article_id);
CREATE INDEX reflections_member ON reflections (member_id, created_at, id);
