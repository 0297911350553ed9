-- Who asked to be erased, and which kinds of words are to stay.
CREATE TABLE erasures (
    member_id TEXT PRIMARY KEY NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    -- None: called off.
    due_at    INTEGER,
    stays     INTEGER NOT NULL,
    asked_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX erasures_due ON erasures (due_at, member_id) WHERE due_at IS NOT NULL;

-- Who can follow a host that goes. 8 is the bit of hosts.
CREATE INDEX members_hosts ON members (id) WHERE roles & 8 <> 0;

-- What someone who was erased had posted anonymously, and when it goes: one by
-- one, so that nobody learns from the moment who wrote it.
CREATE TABLE leaving (
    kind   TEXT NOT NULL,
    id     TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX leaving_due ON leaving (due_at, kind, id);

-- What handles of those who were erased looked like, hashed: for a while nobody
-- else may have them.
CREATE TABLE retired_handles (
    hash    TEXT PRIMARY KEY NOT NULL,
    free_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX retired_handles_free ON retired_handles (free_at);

-- Who was erased, as long as an older backup may bring them back.
CREATE TABLE erased (
    member_id TEXT PRIMARY KEY NOT NULL,
    stays     INTEGER NOT NULL,
    erased_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX erased_age ON erased (erased_at);
