CREATE TABLE shout_outs (
    id           TEXT COLLATE "C" PRIMARY KEY,
    member_id    TEXT COLLATE "C" REFERENCES members (id) ON DELETE SET NULL,
    anonymous    BIGINT NOT NULL DEFAULT 0 CHECK (anonymous IN (0, 1)),
    -- A member or a free name. Neither: a member who is no longer here.
    to_member_id TEXT COLLATE "C" REFERENCES members (id) ON DELETE SET NULL,
    to_name      TEXT,
    body         TEXT NOT NULL,
    html         TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    edited_at    BIGINT,
    CHECK (to_member_id IS NULL OR to_name IS NULL)
);

CREATE INDEX shout_outs_newest ON shout_outs (created_at, id);
CREATE INDEX shout_outs_member ON shout_outs (member_id, created_at, id);
CREATE INDEX shout_outs_to ON shout_outs (to_member_id, created_at, id);
