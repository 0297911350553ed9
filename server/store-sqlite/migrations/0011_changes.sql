-- The version of what pages show, one row. A table that is not named below says
-- nothing that others see.
CREATE TABLE changes (
    id INTEGER PRIMARY KEY CHECK (id = 0),
    number INTEGER NOT NULL
) STRICT;
INSERT INTO changes (id, number) VALUES (0, 1);

CREATE TRIGGER members_insert_changes AFTER INSERT ON members BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER members_update_changes AFTER UPDATE ON members BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER members_delete_changes AFTER DELETE ON members BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER guests_insert_changes AFTER INSERT ON guests BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER guests_update_changes AFTER UPDATE ON guests BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER guests_delete_changes AFTER DELETE ON guests BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER series_insert_changes AFTER INSERT ON series BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER series_update_changes AFTER UPDATE ON series BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER series_delete_changes AFTER DELETE ON series BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER articles_insert_changes AFTER INSERT ON articles BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER articles_update_changes AFTER UPDATE ON articles BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER articles_delete_changes AFTER DELETE ON articles BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER prompts_insert_changes AFTER INSERT ON prompts BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER prompts_update_changes AFTER UPDATE ON prompts BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER prompts_delete_changes AFTER DELETE ON prompts BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER article_categories_insert_changes AFTER INSERT ON article_categories BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER article_categories_update_changes AFTER UPDATE ON article_categories BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER article_categories_delete_changes AFTER DELETE ON article_categories BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER reflections_insert_changes AFTER INSERT ON reflections BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER reflections_update_changes AFTER UPDATE ON reflections BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER reflections_delete_changes AFTER DELETE ON reflections BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER stories_insert_changes AFTER INSERT ON stories BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER stories_update_changes AFTER UPDATE ON stories BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER stories_delete_changes AFTER DELETE ON stories BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER shout_outs_insert_changes AFTER INSERT ON shout_outs BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER shout_outs_update_changes AFTER UPDATE ON shout_outs BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER shout_outs_delete_changes AFTER DELETE ON shout_outs BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER rituals_insert_changes AFTER INSERT ON rituals BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER rituals_update_changes AFTER UPDATE ON rituals BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER rituals_delete_changes AFTER DELETE ON rituals BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER threads_insert_changes AFTER INSERT ON threads BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER threads_update_changes AFTER UPDATE ON threads BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER threads_delete_changes AFTER DELETE ON threads BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER comments_insert_changes AFTER INSERT ON comments BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER comments_update_changes AFTER UPDATE ON comments BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
CREATE TRIGGER comments_delete_changes AFTER DELETE ON comments BEGIN
    UPDATE changes SET number = number + 1 WHERE id = 0;
END;
