-- What the house says of itself. Without a text it says what comes with Chorus.
CREATE TABLE house_pages (
    name       TEXT COLLATE "C" PRIMARY KEY,
    body       TEXT,
    html       TEXT,
    version    BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    CHECK ((body IS NULL) = (html IS NULL))
);

CREATE TRIGGER house_pages_changes AFTER INSERT OR UPDATE OR DELETE ON house_pages
    FOR EACH STATEMENT EXECUTE FUNCTION note_change();
