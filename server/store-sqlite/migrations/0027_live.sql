-- What is new, for pages that are open: where, and nothing of what. Kept for some
-- minutes. What is written in great numbers when a community is brought in
-- (comments, support) is added by the store, not by a trigger.
CREATE TABLE news (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id     TEXT NOT NULL DEFAULT (lower(hex(randomblob(16)))),
    kind   TEXT NOT NULL,
    -- The share, the call, the member or the hash of the session.
    place  TEXT NOT NULL,
    thing  TEXT,
    -- By the database's own clock.
    at     INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
) STRICT;

CREATE INDEX news_at ON news (at);

CREATE TRIGGER calls_insert_news AFTER INSERT ON calls BEGIN
    INSERT INTO news (kind, place) VALUES ('desk', '');
END;
CREATE TRIGGER calls_update_news AFTER UPDATE ON calls BEGIN
    INSERT INTO news (kind, place) VALUES ('desk', '');
END;
CREATE TRIGGER calls_delete_news AFTER DELETE ON calls BEGIN
    INSERT INTO news (kind, place) VALUES ('desk', '');
END;

-- Whoever asked hears of what they can see, and of nothing that the desk does
-- among itself.
CREATE TRIGGER call_entries_insert_news AFTER INSERT ON call_entries
WHEN NEW.state = 'shown' AND NEW.kind IN ('answer', 'reply', 'closed', 'reopened') BEGIN
    INSERT INTO news (kind, place) VALUES ('call', NEW.call_id);
END;
CREATE TRIGGER call_entries_update_news AFTER UPDATE OF state ON call_entries
WHEN NEW.state = 'shown' AND OLD.state <> 'shown'
    AND NEW.kind IN ('answer', 'reply', 'closed', 'reopened') BEGIN
    INSERT INTO news (kind, place) VALUES ('call', NEW.call_id);
END;
CREATE TRIGGER call_entries_held_news AFTER INSERT ON call_entries
WHEN NEW.state = 'held' BEGIN
    INSERT INTO news (kind, place) VALUES ('desk', '');
END;

CREATE TRIGGER notifications_insert_news AFTER INSERT ON notifications BEGIN
    INSERT INTO news (kind, place) VALUES ('notifications', NEW.member_id);
END;
CREATE TRIGGER notifications_update_news AFTER UPDATE OF unread, number ON notifications BEGIN
    INSERT INTO news (kind, place) VALUES ('notifications', NEW.member_id);
END;

CREATE TRIGGER members_update_news AFTER UPDATE OF roles, state, barred_until ON members BEGIN
    INSERT INTO news (kind, place) VALUES ('standing', NEW.id);
END;

-- Whose account is gone has no session either.
CREATE TRIGGER sessions_delete_news AFTER DELETE ON sessions WHEN OLD.member_id IS NOT NULL BEGIN
    INSERT INTO news (kind, place) VALUES ('signed_out', OLD.hash);
END;
