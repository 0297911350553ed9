-- What members are told: a kind, a count, an address of this house and a day.
CREATE TABLE notifications (
    id        TEXT COLLATE "C" PRIMARY KEY,
    member_id TEXT COLLATE "C" NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    kind      TEXT COLLATE "C" NOT NULL,
    address   TEXT COLLATE "C" NOT NULL,
    -- How often it came since it was last read.
    count     BIGINT NOT NULL,
    unread    BIGINT NOT NULL CHECK (unread IN (0, 1)),
    -- The order in which the member's lines came or grew.
    number    BIGINT NOT NULL,
    -- The beginning of the day on which it last came or grew.
    day       BIGINT NOT NULL
);

CREATE UNIQUE INDEX notifications_once ON notifications (member_id, kind, address);
CREATE INDEX notifications_newest ON notifications (member_id, number, id);
CREATE INDEX notifications_unread ON notifications (member_id, number) WHERE unread = 1;
CREATE INDEX notifications_age ON notifications (day);

CREATE TABLE unwanted_notifications (
    member_id TEXT COLLATE "C" NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    kind      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (member_id, kind)
);
