-- What is decided about anything that people wrote, with what its author is told.
ALTER TABLE decisions RENAME TO old_decisions;

CREATE TABLE decisions (
    id             TEXT PRIMARY KEY NOT NULL,
    at             INTEGER NOT NULL,
    by_id          TEXT REFERENCES members (id) ON DELETE SET NULL,
    -- It may be gone.
    thing_kind     TEXT NOT NULL
        CHECK (thing_kind IN ('reflection', 'story', 'shout_out', 'ritual', 'comment')),
    thing_id       TEXT NOT NULL,
    -- Its author, who is told.
    member_id      TEXT REFERENCES members (id) ON DELETE CASCADE,
    guest_id       TEXT REFERENCES guests (id) ON DELETE CASCADE,
    -- The author was named there.
    named          INTEGER NOT NULL CHECK (named IN (0, 1)),
    ruling         TEXT NOT NULL
        CHECK (ruling IN ('publish', 'hold', 'hide', 'remove', 'warn', 'suspend_1', 'suspend_7',
            'suspend_30', 'ban', 'reveal')),
    reason         TEXT,
    -- Until when the author cannot write.
    until          INTEGER,
    -- When a second person agreed to a ban.
    confirmed_at   INTEGER,
    lifted_at      INTEGER,
    lifted_because TEXT,
    -- What its author said to it, on which day, whether somebody has still to
    -- answer, and the answer.
    appeal         TEXT,
    appealed_at    INTEGER,
    appeal_waits   INTEGER NOT NULL DEFAULT 0 CHECK (appeal_waits IN (0, 1)),
    answer         TEXT,
    -- When it goes, if its author is gone who was not named there.
    leaves_at      INTEGER
) STRICT;

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
SELECT lower(hex(randomblob(16))), d.at, m.id, 'comment', c.id, c.member_id, c.guest_id, 1 - c.anonymous,
    CASE d.ruling WHEN 'refused' THEN 'hide' ELSE 'publish' END, d.reason
FROM old_decisions d JOIN comments c ON c.id = d.comment_id
LEFT JOIN members m ON m.id = d.by_id;
DROP TABLE old_decisions;

-- What each person reported. Nobody is told who they are; it is known so that
-- one person counts once.
CREATE TABLE reports (
    id         TEXT PRIMARY KEY NOT NULL,
    thing_kind TEXT NOT NULL,
    thing_id   TEXT NOT NULL,
    member_id  TEXT REFERENCES members (id) ON DELETE SET NULL,
    guest_id   TEXT REFERENCES guests (id) ON DELETE CASCADE,
    reason     TEXT NOT NULL
        CHECK (reason IN ('worried', 'methods', 'reveals', 'harms', 'sells', 'spam',
            'something_else')),
    words      TEXT NOT NULL,
    at         INTEGER NOT NULL,
    settled_at INTEGER
) STRICT;

CREATE UNIQUE INDEX reports_member ON reports (member_id, thing_kind, thing_id);
CREATE UNIQUE INDEX reports_guest ON reports (guest_id, thing_kind, thing_id);
-- Identifiers are random: in their order nobody sees who came when.
CREATE INDEX reports_thing ON reports (thing_kind, thing_id, id);
CREATE INDEX reports_settled ON reports (settled_at) WHERE settled_at IS NOT NULL;

-- What was reported and waits for a decision.
CREATE TABLE cases (
    thing_kind TEXT NOT NULL,
    thing_id   TEXT NOT NULL,
    -- The beginning of a day: what has the earliest is read first.
    place      INTEGER NOT NULL,
    reports    INTEGER NOT NULL,
    PRIMARY KEY (thing_kind, thing_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX cases_place ON cases (place, thing_id);

-- Both go with the thing.
CREATE TRIGGER reflections_delete_reports AFTER DELETE ON reflections BEGIN
    DELETE FROM cases WHERE thing_kind = 'reflection' AND thing_id = OLD.id;
    DELETE FROM reports WHERE thing_kind = 'reflection' AND thing_id = OLD.id;
END;
CREATE TRIGGER stories_delete_reports AFTER DELETE ON stories BEGIN
    DELETE FROM cases WHERE thing_kind = 'story' AND thing_id = OLD.id;
    DELETE FROM reports WHERE thing_kind = 'story' AND thing_id = OLD.id;
END;
CREATE TRIGGER shout_outs_delete_reports AFTER DELETE ON shout_outs BEGIN
    DELETE FROM cases WHERE thing_kind = 'shout_out' AND thing_id = OLD.id;
    DELETE FROM reports WHERE thing_kind = 'shout_out' AND thing_id = OLD.id;
END;
CREATE TRIGGER rituals_delete_reports AFTER DELETE ON rituals BEGIN
    DELETE FROM cases WHERE thing_kind = 'ritual' AND thing_id = OLD.id;
    DELETE FROM reports WHERE thing_kind = 'ritual' AND thing_id = OLD.id;
END;
CREATE TRIGGER comments_delete_reports AFTER DELETE ON comments BEGIN
    DELETE FROM cases WHERE thing_kind = 'comment' AND thing_id = OLD.id;
    DELETE FROM reports WHERE thing_kind = 'comment' AND thing_id = OLD.id;
END;
CREATE TRIGGER comments_gap_reports AFTER UPDATE OF state ON comments
WHEN NEW.state = 'gap' BEGIN
    DELETE FROM cases WHERE thing_kind = 'comment' AND thing_id = OLD.id;
    DELETE FROM reports WHERE thing_kind = 'comment' AND thing_id = OLD.id;
END;

-- Until when a member cannot write.
ALTER TABLE members ADD COLUMN barred_until INTEGER;

-- Who has a part in keeping the house.
CREATE INDEX members_roles ON members (created_at, id) WHERE roles <> 0;

-- By what the log speaks of a member. It stands nowhere else, and so the log names
-- nobody any more once the account is gone.
ALTER TABLE members ADD COLUMN opaque_id TEXT;
UPDATE members SET opaque_id = lower(hex(randomblob(16)));
CREATE UNIQUE INDEX members_opaque ON members (opaque_id);

UPDATE audit SET
    by_id = coalesce((SELECT opaque_id FROM members WHERE id = audit.by_id), by_id),
    about = coalesce((SELECT 'member-' || opaque_id FROM members WHERE id = audit.about), about);

-- What is in the log stays as it is.
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'the log is not changed');
END;
CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'the log is not changed');
END;
-- REPLACE deletes without saying so.
CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id OR rowid = NEW.rowid) BEGIN
    SELECT RAISE(ABORT, 'the log is not changed');
END;

-- Who of the hosts asked who wrote something anonymous, and who agreed.
CREATE TABLE reveals (
    thing_kind TEXT NOT NULL,
    thing_id   TEXT NOT NULL,
    reason     TEXT NOT NULL,
    asked_by   TEXT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    asked_at   INTEGER NOT NULL,
    agreed_by  TEXT REFERENCES members (id) ON DELETE SET NULL,
    agreed_at  INTEGER,
    PRIMARY KEY (thing_kind, thing_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX reveals_asked_by ON reveals (asked_by);
CREATE INDEX reveals_agreed_by ON reveals (agreed_by);
CREATE INDEX reveals_age ON reveals (asked_at);
