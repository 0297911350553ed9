-- What the nodes on this database have to agree on.

-- When each job that the house does by itself is due again.
CREATE TABLE jobs (
    name TEXT COLLATE "C" PRIMARY KEY,
    due_at BIGINT NOT NULL
);

-- How often something was done. Unlogged: it counts for a minute, and no log of
-- writes, no standby and no archive has to know it.

-- The day's secret, under which addresses are counted. A day is counted from
-- the clock's beginning.
CREATE UNLOGGED TABLE limit_secrets (
    day BIGINT PRIMARY KEY,
    secret BYTEA NOT NULL
);

-- For each limit and key the moment up to which it is made use of, in
-- microseconds, and what was answered last: 0, or how long to wait.
CREATE UNLOGGED TABLE limits (
    name TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    used_up_to BIGINT NOT NULL,
    wait BIGINT NOT NULL,
    PRIMARY KEY (name, key)
) WITH (fillfactor = 50);
