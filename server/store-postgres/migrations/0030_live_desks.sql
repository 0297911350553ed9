-- What comes to those who keep the house, and what is asked of everyone, is news
-- to whoever has the page of it open. What goes from there is none.
CREATE FUNCTION tell_the_keepers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO news (kind, place) VALUES ('moderation', '');
    RETURN NULL;
END
$$;

CREATE TRIGGER reflections_insert_held_news AFTER INSERT ON reflections FOR EACH ROW
    WHEN (NEW.state = 'held')
    EXECUTE FUNCTION tell_the_keepers();
CREATE TRIGGER reflections_update_held_news AFTER UPDATE OF state ON reflections FOR EACH ROW
    WHEN (NEW.state = 'held' AND OLD.state <> 'held')
    EXECUTE FUNCTION tell_the_keepers();

CREATE TRIGGER stories_insert_held_news AFTER INSERT ON stories FOR EACH ROW
    WHEN (NEW.state = 'held')
    EXECUTE FUNCTION tell_the_keepers();
CREATE TRIGGER stories_update_held_news AFTER UPDATE OF state ON stories FOR EACH ROW
    WHEN (NEW.state = 'held' AND OLD.state <> 'held')
    EXECUTE FUNCTION tell_the_keepers();

CREATE TRIGGER shout_outs_insert_held_news AFTER INSERT ON shout_outs FOR EACH ROW
    WHEN (NEW.state = 'held')
    EXECUTE FUNCTION tell_the_keepers();
CREATE TRIGGER shout_outs_update_held_news AFTER UPDATE OF state ON shout_outs FOR EACH ROW
    WHEN (NEW.state = 'held' AND OLD.state <> 'held')
    EXECUTE FUNCTION tell_the_keepers();

CREATE TRIGGER rituals_insert_held_news AFTER INSERT ON rituals FOR EACH ROW
    WHEN (NEW.state = 'held')
    EXECUTE FUNCTION tell_the_keepers();
CREATE TRIGGER rituals_update_held_news AFTER UPDATE OF state ON rituals FOR EACH ROW
    WHEN (NEW.state = 'held' AND OLD.state <> 'held')
    EXECUTE FUNCTION tell_the_keepers();

CREATE TRIGGER comments_insert_held_news AFTER INSERT ON comments FOR EACH ROW
    WHEN (NEW.state = 'held')
    EXECUTE FUNCTION tell_the_keepers();
CREATE TRIGGER comments_update_held_news AFTER UPDATE OF state ON comments FOR EACH ROW
    WHEN (NEW.state = 'held' AND OLD.state <> 'held')
    EXECUTE FUNCTION tell_the_keepers();

CREATE TRIGGER cases_insert_news AFTER INSERT ON cases
    FOR EACH ROW EXECUTE FUNCTION tell_the_keepers();
CREATE TRIGGER cases_update_news AFTER UPDATE OF reports ON cases FOR EACH ROW
    WHEN (NEW.reports > OLD.reports)
    EXECUTE FUNCTION tell_the_keepers();

CREATE TRIGGER decisions_insert_news AFTER INSERT ON decisions FOR EACH ROW
    WHEN (NEW.ruling = 'ban')
    EXECUTE FUNCTION tell_the_keepers();
CREATE TRIGGER decisions_update_news AFTER UPDATE OF appeal_waits ON decisions FOR EACH ROW
    WHEN (NEW.appeal_waits > OLD.appeal_waits)
    EXECUTE FUNCTION tell_the_keepers();

CREATE TRIGGER members_insert_waiting_news AFTER INSERT ON members FOR EACH ROW
    WHEN (NEW.state = 'waiting')
    EXECUTE FUNCTION tell_the_keepers();
CREATE TRIGGER members_update_waiting_news AFTER UPDATE OF state ON members FOR EACH ROW
    WHEN (NEW.state = 'waiting' AND OLD.state <> 'waiting')
    EXECUTE FUNCTION tell_the_keepers();

CREATE FUNCTION tell_of_asking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO news (kind, place) VALUES ('asking', '');
    RETURN NULL;
END
$$;

-- Only what everyone can see of it: not what the desk does among itself.
CREATE TRIGGER calls_insert_asking_news AFTER INSERT ON calls FOR EACH ROW
    WHEN (NEW.audience = 'everyone')
    EXECUTE FUNCTION tell_of_asking();
CREATE TRIGGER calls_update_asking_news AFTER UPDATE ON calls FOR EACH ROW
    WHEN ('everyone' IN (OLD.audience, NEW.audience)
        AND (OLD.audience <> NEW.audience
            OR (OLD.closed_at IS NULL) <> (NEW.closed_at IS NULL)
            OR (OLD.waiting_since IS NULL) <> (NEW.waiting_since IS NULL)))
    EXECUTE FUNCTION tell_of_asking();
CREATE TRIGGER calls_delete_asking_news AFTER DELETE ON calls FOR EACH ROW
    WHEN (OLD.audience = 'everyone')
    EXECUTE FUNCTION tell_of_asking();
