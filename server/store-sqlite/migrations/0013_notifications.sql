-- What members are told: a kind, a count, an address of this house and a day.
CREATE TABLE notifications (
    id        TEXT PRIMARY KEY NOT NULL,
    member_id TEXT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    kind      TEXT NOT NULL,
    address   TEXT NOT NULL,
    -- How often it came since it was last read.
    count     INTEGER NOT NULL,
    unread    INTEGER NOT NULL CHECK (unread IN (0, 1)),
    -- The order in which the member's lines came or grew.
    number    INTEGER NOT NULL,
    -- The beginning of the day on which it last came or grew.
    day       INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX notifications_once ON notifications (member_id, kind, address);
CREATE INDEX notifications_newest ON notifications (member_id, number, id);
CREATE INDEX notifications_unread ON notifications (member_id, number) WHERE unread = 1;
CREATE INDEX notifications_age ON notifications (day);

CREATE TABLE unwanted_notifications (
    member_id TEXT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    kind      TEXT NOT NULL,
    PRIMARY KEY (member_id, kind)
) STRICT, WITHOUT ROWID;
