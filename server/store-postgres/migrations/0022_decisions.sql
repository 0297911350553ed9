-- What is decided about anything that people wrote, with what its author is told.
ALTER TABLE decisions RENAME TO old_decisions;
ALTER INDEX decisions_pkey RENAME TO old_decisions_pkey;

CREATE TABLE decisions (
    id             TEXT COLLATE "C" PRIMARY KEY,
    at             BIGINT NOT NULL,
    by_id          TEXT COLLATE "C" REFERENCES members (id) ON DELETE SET NULL,
    -- It may be gone.
    thing_kind     TEXT COLLATE "C" NOT NULL
        CHECK (thing_kind IN ('reflection', 'story', 'shout_out', 'ritual', 'comment')),
    thing_id       TEXT COLLATE "C" NOT NULL,
    -- Its author, who is told.
    member_id      TEXT COLLATE "C" REFERENCES members (id) ON DELETE CASCADE,
    guest_id       TEXT COLLATE "C" REFERENCES guests (id) ON DELETE CASCADE,
    -- The author was named there.
    named          BIGINT NOT NULL CHECK (named IN (0, 1)),
    ruling         TEXT COLLATE "C" NOT NULL
        CHECK (ruling IN ('publish', 'hold', 'hide', 'remove', 'warn', 'suspend_1', 'suspend_7',
            'suspend_30', 'ban', 'reveal')),
    reason         TEXT,
    -- Until when the author cannot write.
    until          BIGINT,
    -- When a second person agreed to a ban.
    confirmed_at   BIGINT,
    lifted_at      BIGINT,
    lifted_because TEXT,
    -- What its author said to it, on which day, whether somebody has still to
    -- answer, and the answer.
    appeal         TEXT,
    appealed_at    BIGINT,
    appeal_waits   BIGINT NOT NULL DEFAULT 0 CHECK (appeal_waits IN (0, 1)),
    answer         TEXT,
    -- When it goes, if its author is gone who was not named there.
    leaves_at      BIGINT
);

CREATE INDEX decisions_by ON decisions (by_id);
CREATE INDEX decisions_about ON decisions (thing_kind, thing_id, at, id);
CREATE INDEX decisions_member ON decisions (member_id, at, id);
CREATE INDEX decisions_guest ON decisions (guest_id, at, id);
CREATE INDEX decisions_bars ON decisions (member_id, until);
CREATE INDEX decisions_waiting ON decisions (until, id)
    WHERE ruling = 'ban' AND confirmed_at IS NULL AND lifted_at IS NULL;
CREATE INDEX decisions_appeals ON decisions (appeal_waits, appealed_at, id);
CREATE INDEX decisions_leaving ON decisions (leaves_at) WHERE leaves_at IS NOT NULL;
-- At most one holds or hides a thing.
CREATE UNIQUE INDEX decisions_standing ON decisions (thing_kind, thing_id)
    WHERE ruling IN ('hold', 'hide') AND lifted_at IS NULL;

INSERT INTO decisions
    (id, at, by_id, thing_kind, thing_id, member_id, guest_id, named, ruling, reason)
SELECT replace(gen_random_uuid()::text, '-', ''), d.at, m.id, 'comment', c.id, c.member_id, c.guest_id, 1 - c.anonymous,
    CASE d.ruling WHEN 'refused' THEN 'hide' ELSE 'publish' END, d.reason
FROM old_decisions d JOIN comments c ON c.id = d.comment_id
LEFT JOIN members m ON m.id = d.by_id;
DROP TABLE old_decisions;

-- What each person reported. Nobody is told who they are; it is known so that
-- one person counts once.
CREATE TABLE reports (
    id         TEXT COLLATE "C" PRIMARY KEY,
    thing_kind TEXT COLLATE "C" NOT NULL,
    thing_id   TEXT COLLATE "C" NOT NULL,
    member_id  TEXT COLLATE "C" REFERENCES members (id) ON DELETE SET NULL,
    guest_id   TEXT COLLATE "C" REFERENCES guests (id) ON DELETE CASCADE,
    reason     TEXT COLLATE "C" NOT NULL
        CHECK (reason IN ('worried', 'methods', 'reveals', 'harms', 'sells', 'spam',
            'something_else')),
    words      TEXT NOT NULL,
    at         BIGINT NOT NULL,
    settled_at BIGINT
);

CREATE UNIQUE INDEX reports_member ON reports (member_id, thing_kind, thing_id);
CREATE UNIQUE INDEX reports_guest ON reports (guest_id, thing_kind, thing_id);
-- Identifiers are random: in their order nobody sees who came when.
CREATE INDEX reports_thing ON reports (thing_kind, thing_id, id);
CREATE INDEX reports_settled ON reports (settled_at) WHERE settled_at IS NOT NULL;

-- What was reported and waits for a decision.
CREATE TABLE cases (
    thing_kind TEXT COLLATE "C" NOT NULL,
    thing_id   TEXT COLLATE "C" NOT NULL,
    -- The beginning of a day: what has the earliest is read first.
    place      BIGINT NOT NULL,
    reports    BIGINT NOT NULL,
    PRIMARY KEY (thing_kind, thing_id)
);

CREATE INDEX cases_place ON cases (place, thing_id);

-- Both go with the thing.
CREATE FUNCTION forget_reports() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM cases WHERE thing_kind = TG_ARGV[0] AND thing_id = OLD.id;
    DELETE FROM reports WHERE thing_kind = TG_ARGV[0] AND thing_id = OLD.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER reflections_delete_reports AFTER DELETE ON reflections
    FOR EACH ROW EXECUTE FUNCTION forget_reports('reflection');
CREATE TRIGGER stories_delete_reports AFTER DELETE ON stories
    FOR EACH ROW EXECUTE FUNCTION forget_reports('story');
CREATE TRIGGER shout_outs_delete_reports AFTER DELETE ON shout_outs
    FOR EACH ROW EXECUTE FUNCTION forget_reports('shout_out');
CREATE TRIGGER rituals_delete_reports AFTER DELETE ON rituals
    FOR EACH ROW EXECUTE FUNCTION forget_reports('ritual');
CREATE TRIGGER comments_delete_reports AFTER DELETE ON comments
    FOR EACH ROW EXECUTE FUNCTION forget_reports('comment');
CREATE TRIGGER comments_gap_reports AFTER UPDATE OF state ON comments
    FOR EACH ROW WHEN (NEW.state = 'gap') EXECUTE FUNCTION forget_reports('comment');

-- Until when a member cannot write.
ALTER TABLE members ADD COLUMN barred_until BIGINT;

-- Who has a part in keeping the house.
CREATE INDEX members_roles ON members (created_at, id) WHERE roles <> 0;

-- By what the log speaks of a member. It stands nowhere else, and so the log names
-- nobody any more once the account is gone.
ALTER TABLE members ADD COLUMN opaque_id TEXT COLLATE "C";
UPDATE members SET opaque_id = replace(gen_random_uuid()::text, '-', '');
CREATE UNIQUE INDEX members_opaque ON members (opaque_id);

UPDATE audit SET
    by_id = coalesce((SELECT opaque_id FROM members WHERE id = audit.by_id), by_id),
    about = coalesce((SELECT 'member-' || opaque_id FROM members WHERE id = audit.about), about);

-- What is in the log stays as it is.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is not changed';
END
$$;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Who of the hosts asked who wrote something anonymous, and who agreed.
CREATE TABLE reveals (
    thing_kind TEXT COLLATE "C" NOT NULL,
    thing_id   TEXT COLLATE "C" NOT NULL,
    reason     TEXT NOT NULL,
    asked_by   TEXT COLLATE "C" NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    asked_at   BIGINT NOT NULL,
    agreed_by  TEXT COLLATE "C" REFERENCES members (id) ON DELETE SET NULL,
    agreed_at  BIGINT,
    PRIMARY KEY (thing_kind, thing_id)
);

CREATE INDEX reveals_asked_by ON reveals (asked_by);
CREATE INDEX reveals_agreed_by ON reveals (agreed_by);
CREATE INDEX reveals_age ON reveals (asked_at);
