-- Leases, and the slots of pools that belong to them.

INSERT INTO counters (name, value) VALUES ('lease', 0);

-- A lease that was given back has no row; epochs come from a counter, so that they never repeat.
CREATE TABLE leases (
    name {key} PRIMARY KEY,
    holder {key} NOT NULL,
    epoch BIGINT NOT NULL,
    expires_at {number} NOT NULL,
    ttl_s {number} NOT NULL
);

CREATE INDEX leases_expiry ON leases (expires_at);

-- slot_limit is NULL where the default of the instance holds.
CREATE TABLE pools (
    name {key} PRIMARY KEY,
    slot_limit INTEGER
);

-- claimed_at is NULL while a step waits; seen_at tells when it last asked.
CREATE TABLE slots (
    pool {key} NOT NULL,
    lease_name {key} NOT NULL,
    epoch BIGINT NOT NULL,
    step_key {key} NOT NULL,
    priority INTEGER NOT NULL DEFAULT 0,
    asked_at {number} NOT NULL,
    seen_at {number} NOT NULL,
    claimed_at {number},
    PRIMARY KEY (pool, lease_name, step_key)
);

CREATE INDEX slots_lease ON slots (lease_name);
