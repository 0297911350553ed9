-- Whom a member keeps away from, and by which mask they were met.
CREATE TABLE aways (
    id           TEXT PRIMARY KEY NOT NULL,
    member_id    TEXT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    -- None once that account is gone: the line stays, so that nobody sees by it
    -- when an anonymous writer leaves.
    other_id     TEXT REFERENCES members (id) ON DELETE SET NULL,
    -- The anonymous post by which they were met; none: by the handle.
    through_kind TEXT,
    through_id   TEXT,
    distance     TEXT NOT NULL CHECK (distance IN ('mute', 'block')),
    since        INTEGER NOT NULL,
    CHECK ((through_kind IS NULL) = (through_id IS NULL))
) STRICT;

CREATE INDEX aways_newest ON aways (member_id, since, id);
CREATE UNIQUE INDEX aways_named ON aways (member_id, other_id) WHERE through_id IS NULL;
CREATE UNIQUE INDEX aways_through ON aways (member_id, through_kind, through_id)
    WHERE through_id IS NOT NULL;
CREATE INDEX aways_other ON aways (other_id, member_id);

-- Its author had blocked the giver: it is kept, and counts for nobody.
ALTER TABLE support ADD COLUMN unseen INTEGER NOT NULL DEFAULT 0 CHECK (unseen IN (0, 1));
DROP INDEX support_counted;
CREATE INDEX support_counted ON support (subject_kind, subject_id, kind, unseen);
