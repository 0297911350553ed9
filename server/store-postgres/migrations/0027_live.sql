-- What is new, for pages that are open: where, and nothing of what. Kept for some
-- minutes. What is written in great numbers when a community is brought in
-- (comments, support) is added by the store, not by a trigger.
--
-- A unit that began earlier may be kept later. So news are told in the order of
-- the units' numbers, and only when no unit with a smaller number is under way.
CREATE UNLOGGED TABLE news (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    unit   BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
    id     TEXT COLLATE "C" NOT NULL DEFAULT replace(gen_random_uuid()::text, '-', ''),
    kind   TEXT COLLATE "C" NOT NULL,
    -- The share, the call, the member or the hash of the session.
    place  TEXT COLLATE "C" NOT NULL,
    thing  TEXT COLLATE "C",
    -- By the database's own clock.
    at     BIGINT NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000)::bigint
);

CREATE INDEX news_order ON news (unit, number);
CREATE INDEX news_at ON news (at);

CREATE FUNCTION tell_the_desk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO news (kind, place) VALUES ('desk', '');
    RETURN NULL;
END
$$;

CREATE TRIGGER calls_news AFTER INSERT OR UPDATE OR DELETE ON calls
    FOR EACH STATEMENT EXECUTE FUNCTION tell_the_desk();

-- Whoever asked hears of what they can see, and of nothing that the desk does
-- among itself.
CREATE FUNCTION tell_who_asked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO news (kind, place) VALUES ('call', NEW.call_id);
    RETURN NULL;
END
$$;

CREATE TRIGGER call_entries_insert_news AFTER INSERT ON call_entries FOR EACH ROW
    WHEN (NEW.state = 'shown' AND NEW.kind IN ('answer', 'reply', 'closed', 'reopened'))
    EXECUTE FUNCTION tell_who_asked();
CREATE TRIGGER call_entries_update_news AFTER UPDATE OF state ON call_entries FOR EACH ROW
    WHEN (NEW.state = 'shown' AND OLD.state <> 'shown'
        AND NEW.kind IN ('answer', 'reply', 'closed', 'reopened'))
    EXECUTE FUNCTION tell_who_asked();
CREATE TRIGGER call_entries_held_news AFTER INSERT ON call_entries FOR EACH ROW
    WHEN (NEW.state = 'held')
    EXECUTE FUNCTION tell_the_desk();

CREATE FUNCTION tell_a_member() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO news (kind, place) VALUES ('notifications', NEW.member_id);
    RETURN NULL;
END
$$;

CREATE TRIGGER notifications_insert_news AFTER INSERT ON notifications
    FOR EACH ROW EXECUTE FUNCTION tell_a_member();
CREATE TRIGGER notifications_update_news AFTER UPDATE OF unread, number ON notifications
    FOR EACH ROW EXECUTE FUNCTION tell_a_member();

CREATE FUNCTION tell_of_standing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO news (kind, place) VALUES ('standing', NEW.id);
    RETURN NULL;
END
$$;

CREATE TRIGGER members_update_news AFTER UPDATE OF roles, state, barred_until ON members
    FOR EACH ROW EXECUTE FUNCTION tell_of_standing();

-- Whose account is gone has no session either.
CREATE FUNCTION tell_of_signing_out() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO news (kind, place) VALUES ('signed_out', OLD.hash);
    RETURN NULL;
END
$$;

CREATE TRIGGER sessions_delete_news AFTER DELETE ON sessions FOR EACH ROW
    WHEN (OLD.member_id IS NOT NULL)
    EXECUTE FUNCTION tell_of_signing_out();
