-- What comes to those who keep the house, and what is asked of everyone, is news
-- to whoever has the page of it open. What goes from there is none.

CREATE TRIGGER reflections_insert_held_news AFTER INSERT ON reflections WHEN NEW.state = 'held' BEGIN
    INSERT INTO news (kind, place) VALUES ('moderation', '');
END;
CREATE TRIGGER reflections_update_held_news AFTER UPDATE OF state ON reflections
WHEN NEW.state = 'held' AND OLD.state <> 'held' BEGIN
    INSERT INTO news (kind, place) VALUES ('moderation', '');
END;

CREATE TRIGGER stories_insert_held_news AFTER INSERT ON stories WHEN NEW.state = 'held' BEGIN
    INSERT INTO news (kind, place) VALUES ('moderation', '');
END;
CREATE TRIGGER stories_update_held_news AFTER UPDATE OF state ON stories
WHEN NEW.state = 'held' AND OLD.state <> 'held' BEGIN
    INSERT INTO news (kind, place) VALUES ('moderation', '');
END;

CREATE TRIGGER shout_outs_insert_held_news AFTER INSERT ON shout_outs WHEN NEW.state = 'held' BEGIN
    INSERT INTO news (kind, place) VALUES ('moderation', '');
END;
CREATE TRIGGER shout_outs_update_held_news AFTER UPDATE OF state ON shout_outs
WHEN NEW.state = 'held' AND OLD.state <> 'held' BEGIN
    INSERT INTO news (kind, place) VALUES ('moderation', '');
END;

CREATE TRIGGER rituals_insert_held_news AFTER INSERT ON rituals WHEN NEW.state = 'held' BEGIN
    INSERT INTO news (kind, place) VALUES ('moderation', '');
END;
CREATE TRIGGER rituals_update_held_news AFTER UPDATE OF state ON rituals
WHEN NEW.state = 'held' AND OLD.state <> 'held' BEGIN
    INSERT INTO news (kind, place) VALUES ('moderation', '');
END;

CREATE TRIGGER comments_insert_held_news AFTER INSERT ON comments WHEN NEW.state = 'held' BEGIN
    INSERT INTO news (kind, place) VALUES ('moderation', '');
END;
CREATE TRIGGER comments_update_held_news AFTER UPDATE OF state ON comments
WHEN NEW.state = 'held' AND OLD.state <> 'held' BEGIN
    INSERT INTO news (kind, place) VALUES ('moderation', '');
END;

CREATE TRIGGER cases_insert_news AFTER INSERT ON cases BEGIN
    INSERT INTO news (kind, place) VALUES ('moderation', '');
END;
CREATE TRIGGER cases_update_news AFTER UPDATE OF reports ON cases
WHEN NEW.reports > OLD.reports BEGIN
    INSERT INTO news (kind, place) VALUES ('moderation', '');
END;

CREATE TRIGGER decisions_insert_news AFTER INSERT ON decisions WHEN NEW.ruling = 'ban' BEGIN
    INSERT INTO news (kind, place) VALUES ('moderation', '');
END;
CREATE TRIGGER decisions_update_news AFTER UPDATE OF appeal_waits ON decisions
WHEN NEW.appeal_waits > OLD.appeal_waits BEGIN
    INSERT INTO news (kind, place) VALUES ('moderation', '');
END;

CREATE TRIGGER members_insert_waiting_news AFTER INSERT ON members WHEN NEW.state = 'waiting' BEGIN
    INSERT INTO news (kind, place) VALUES ('moderation', '');
END;
CREATE TRIGGER members_update_waiting_news AFTER UPDATE OF state ON members
WHEN NEW.state = 'waiting' AND OLD.state <> 'waiting' BEGIN
    INSERT INTO news (kind, place) VALUES ('moderation', '');
END;

-- Only what everyone can see of it: not what the desk does among itself.
CREATE TRIGGER calls_insert_asking_news AFTER INSERT ON calls WHEN NEW.audience = 'everyone' BEGIN
    INSERT INTO news (kind, place) VALUES ('asking', '');
END;
CREATE TRIGGER calls_update_asking_news AFTER UPDATE ON calls
WHEN 'everyone' IN (OLD.audience, NEW.audience)
    AND (OLD.audience <> NEW.audience
        OR (OLD.closed_at IS NULL) <> (NEW.closed_at IS NULL)
        OR (OLD.waiting_since IS NULL) <> (NEW.waiting_since IS NULL)) BEGIN
    INSERT INTO news (kind, place) VALUES ('asking', '');
END;
CREATE TRIGGER calls_delete_asking_news AFTER DELETE ON calls WHEN OLD.audience = 'everyone' BEGIN
    INSERT INTO news (kind, place) VALUES ('asking', '');
END;
