-- What the house says of itself. Without a text it says what comes with Chorus.
CREATE TABLE house_pages (
    name       TEXT PRIMARY KEY NOT NULL,
    body       TEXT,
    html       TEXT,
    version    INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    CHECK ((body IS NULL) = (html IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER house_pages_insert_changes AFTER INSERT ON house_pages BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER house_pages_update_changes AFTER UPDATE ON house_pages BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER house_pages_delete_changes AFTER DELETE ON house_pages BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
