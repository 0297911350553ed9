-- No page that is kept for everyone shows these rows, so they make no new
-- version of what pages show.
CREATE TABLE calls (
    id            TEXT PRIMARY KEY NOT NULL,
    -- SHA-256 of the code by which whoever asked comes back.
    code          TEXT,
    origin        TEXT NOT NULL CHECK (origin IN ('asked', 'noticed', 'worried', 'imported')),
    severity      TEXT NOT NULL CHECK (severity IN ('call', 'crisis')),
    audience      TEXT NOT NULL CHECK (audience IN ('supporters', 'everyone')),
    -- Whoever asked, or wrote the post.
    member_id     TEXT REFERENCES members (id) ON DELETE SET NULL,
    guest_id      TEXT REFERENCES guests (id) ON DELETE SET NULL,
    -- The post that it is about: `comment-…`, or the share as `story-…`. The
    -- call outlives it.
    post          TEXT,
    -- The share, or what the comment stands under.
    subject_kind  TEXT,
    subject_id    TEXT,
    created_at    INTEGER NOT NULL,
    moved_at      INTEGER NOT NULL,
    -- The number of its last entry.
    last          INTEGER NOT NULL DEFAULT 0,
    -- When the first entry was written that waits for an answer.
    waiting_since INTEGER,
    answered_at   INTEGER,
    closed_at     INTEGER,
    closing       TEXT CHECK (closing IN ('settled', 'no_reply', 'elsewhere', 'no_call',
        'unreachable', 'helped', 'withdrawn', 'taken_back')),
    claimed_by    TEXT REFERENCES members (id) ON DELETE SET NULL,
    claimed_at    INTEGER,
    handed_to     TEXT REFERENCES members (id) ON DELETE SET NULL,
    escalated_at  INTEGER
) STRICT;

CREATE UNIQUE INDEX calls_code ON calls (code) WHERE code IS NOT NULL;
CREATE UNIQUE INDEX calls_post ON calls (post) WHERE post IS NOT NULL;
CREATE INDEX calls_subject ON calls (subject_kind, subject_id);
CREATE INDEX calls_member ON calls (member_id, created_at, id);
CREATE INDEX calls_guest ON calls (guest_id);
CREATE INDEX calls_claimed_by ON calls (claimed_by);
CREATE INDEX calls_handed_to ON calls (handed_to);
CREATE INDEX calls_waiting ON calls (waiting_since, id) WHERE waiting_since IS NOT NULL;
CREATE INDEX calls_settled ON calls (moved_at, id) WHERE waiting_since IS NULL;
CREATE INDEX calls_public ON calls (created_at, id)
    WHERE audience = 'everyone' AND closed_at IS NULL;
CREATE INDEX calls_answered ON calls (answered_at) WHERE answered_at IS NOT NULL;

CREATE TABLE call_entries (
    id         TEXT PRIMARY KEY NOT NULL,
    call_id    TEXT NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
    -- From 1 on, in the order of the call.
    number     INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('asked', 'still', 'worry', 'answer', 'reply',
        'note', 'handed_over', 'escalated', 'closed', 'reopened')),
    state      TEXT NOT NULL CHECK (state IN ('shown', 'held', 'declined', 'gone')),
    -- Of the desk or a member who replied. Words of whoever asked name nobody.
    member_id  TEXT REFERENCES members (id) ON DELETE SET NULL,
    anonymous  INTEGER NOT NULL DEFAULT 0,
    -- The comment that holds the words.
    comment_id TEXT REFERENCES comments (id) ON DELETE SET NULL,
    body       TEXT NOT NULL,
    html       TEXT NOT NULL,
    -- While it is shown, what was asked up to this number is settled.
    settles    INTEGER NOT NULL DEFAULT 0,
    closing    TEXT,
    -- Whoever passed a reply on, or did not.
    decided_by TEXT
) STRICT;

CREATE UNIQUE INDEX call_entries_call ON call_entries (call_id, number);
CREATE INDEX call_entries_member ON call_entries (member_id);
CREATE INDEX call_entries_comment ON call_entries (comment_id) WHERE comment_id IS NOT NULL;
CREATE INDEX call_entries_held ON call_entries (at, id)
    WHERE state = 'held' AND comment_id IS NULL;
