CREATE TABLE support (
    subject_kind TEXT COLLATE "C" NOT NULL,
    subject_id   TEXT COLLATE "C" NOT NULL,
    member_id    TEXT COLLATE "C" NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    kind         TEXT COLLATE "C" NOT NULL
        CHECK (kind IN ('with_you', 'thank_you', 'this_helped', 'strength')),
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (subject_kind, subject_id, member_id, kind)
);

CREATE INDEX support_counted ON support (subject_kind, subject_id, kind);
CREATE INDEX support_member ON support (member_id);
