-- Who asked to be erased, and which kinds of words are to stay.
CREATE TABLE erasures (
    member_id TEXT COLLATE "C" PRIMARY KEY REFERENCES members (id) ON DELETE CASCADE,
    -- None: called off.
    due_at    BIGINT,
    stays     BIGINT NOT NULL,
    asked_at  BIGINT NOT NULL
);

CREATE INDEX erasures_due ON erasures (due_at, member_id) WHERE due_at IS NOT NULL;

-- Who can follow a host that goes. 8 is the bit of hosts.
CREATE INDEX members_hosts ON members (id) WHERE roles & 8 <> 0;

-- What someone who was erased had posted anonymously, and when it goes: one by
-- one, so that nobody learns from the moment who wrote it.
CREATE TABLE leaving (
    kind   TEXT COLLATE "C" NOT NULL,
    id     TEXT COLLATE "C" NOT NULL,
    due_at BIGINT NOT NULL,
    PRIMARY KEY (kind, id)
);

CREATE INDEX leaving_due ON leaving (due_at, kind, id);

-- What handles of those who were erased looked like, hashed: for a while nobody
-- else may have them.
CREATE TABLE retired_handles (
    hash    TEXT COLLATE "C" PRIMARY KEY,
    free_at BIGINT NOT NULL
);

CREATE INDEX retired_handles_free ON retired_handles (free_at);

-- Who was erased, as long as an older backup may bring them back.
CREATE TABLE erased (
    member_id TEXT COLLATE "C" PRIMARY KEY,
    stays     BIGINT NOT NULL,
    erased_at BIGINT NOT NULL
);

CREATE INDEX erased_age ON erased (erased_at);
