-- The version of what pages show is the sum of these numbers. Each connection
-- counts in a row of its own, so that units of work never wait for each other
-- here.
CREATE TABLE changes (
    backend bigint PRIMARY KEY,
    number bigint NOT NULL
) WITH (fillfactor = 50);

CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_new boolean;
BEGIN
    INSERT INTO changes AS known (backend, number) VALUES (pg_backend_pid(), 1)
    ON CONFLICT (backend) DO UPDATE SET number = known.number + 1
    RETURNING xmax = 0 INTO is_new;
    -- A new connection takes over the numbers of those that are gone; the sum
    -- stays. What another one is taking over just now is left to it.
    IF is_new THEN
        WITH gone AS (
            DELETE FROM changes WHERE backend IN (
                SELECT c.backend FROM changes c
                WHERE NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.pid = c.backend)
                FOR UPDATE SKIP LOCKED
            ) RETURNING number
        )
        UPDATE changes SET number = number + (SELECT coalesce(sum(number), 0) FROM gone)
        WHERE backend = pg_backend_pid();
    END IF;
    RETURN NULL;
END
$$;

-- A table that is not named below says nothing that others see.
CREATE TRIGGER members_changes AFTER INSERT OR UPDATE OR DELETE ON members
    FOR EACH STATEMENT EXECUTE FUNCTION note_change();
CREATE TRIGGER guests_changes AFTER INSERT OR UPDATE OR DELETE ON guests
    FOR EACH STATEMENT EXECUTE FUNCTION note_change();
CREATE TRIGGER series_changes AFTER INSERT OR UPDATE OR DELETE ON series
    FOR EACH STATEMENT EXECUTE FUNCTION note_change();
CREATE TRIGGER articles_changes AFTER INSERT OR UPDATE OR DELETE ON articles
    FOR EACH STATEMENT EXECUTE FUNCTION note_change();
CREATE TRIGGER prompts_changes AFTER INSERT OR UPDATE OR DELETE ON prompts
    FOR EACH STATEMENT EXECUTE FUNCTION note_change();
CREATE TRIGGER article_categories_changes AFTER INSERT OR UPDATE OR DELETE ON article_categories
    FOR EACH STATEMENT EXECUTE FUNCTION note_change();
CREATE TRIGGER reflections_changes AFTER INSERT OR UPDATE OR DELETE ON reflections
    FOR EACH STATEMENT EXECUTE FUNCTION note_change();
CREATE TRIGGER stories_changes AFTER INSERT OR UPDATE OR DELETE ON stories
    FOR EACH STATEMENT EXECUTE FUNCTION note_change();
CREATE TRIGGER shout_outs_changes AFTER INSERT OR UPDATE OR DELETE ON shout_outs
    FOR EACH STATEMENT EXECUTE FUNCTION note_change();
CREATE TRIGGER rituals_changes AFTER INSERT OR UPDATE OR DELETE ON rituals
    FOR EACH STATEMENT EXECUTE FUNCTION note_change();
CREATE TRIGGER threads_changes AFTER INSERT OR UPDATE OR DELETE ON threads
    FOR EACH STATEMENT EXECUTE FUNCTION note_change();
CREATE TRIGGER comments_changes AFTER INSERT OR UPDATE OR DELETE ON comments
    FOR EACH STATEMENT EXECUTE FUNCTION note_change();
