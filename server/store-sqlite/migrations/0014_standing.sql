-- How a share stands: everyone sees it, it waits for review, or someone who keeps
-- the house took it out of sight.
ALTER TABLE reflections ADD COLUMN state TEXT NOT NULL DEFAULT 'published'
    CHECK (state IN ('published', 'held', 'hidden'));
ALTER TABLE stories ADD COLUMN state TEXT NOT NULL DEFAULT 'published'
    CHECK (state IN ('published', 'held', 'hidden'));
ALTER TABLE shout_outs ADD COLUMN state TEXT NOT NULL DEFAULT 'published'
    CHECK (state IN ('published', 'held', 'hidden'));
ALTER TABLE rituals ADD COLUMN state TEXT NOT NULL DEFAULT 'published'
    CHECK (state IN ('published', 'held', 'hidden'));

-- Lists read what stands alike, and no further.
DROP INDEX reflections_prompt;
DROP INDEX reflections_newest;
DROP INDEX stories_newest;
DROP INDEX shout_outs_newest;
DROP INDEX rituals_start;
DROP INDEX rituals_newest;
CREATE INDEX reflections_prompt ON reflections (prompt_id, state, created_at, id);
CREATE INDEX reflections_newest ON reflections (state, created_at, id);
CREATE INDEX stories_newest ON stories (state, created_at, id);
CREATE INDEX shout_outs_newest ON shout_outs (state, created_at, id);
CREATE INDEX rituals_start ON rituals (state, starts_at, id);
CREATE INDEX rituals_newest ON rituals (state, created_at, id);

-- A thread that is locked takes no more comments.
ALTER TABLE threads ADD COLUMN locked INTEGER NOT NULL DEFAULT 0 CHECK (locked IN (0, 1));
