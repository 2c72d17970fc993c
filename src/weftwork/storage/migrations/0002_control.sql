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

-- Schedules, sensors and automation: whether they run, where they stand, what each tick did, what it asks for.

CREATE TABLE instigators (
    id {id},
    instigator {key} NOT NULL UNIQUE,
    kind {key} NOT NULL,
    status {key} NOT NULL,
    updated_at {number} NOT NULL,
    body {bytes} NOT NULL
);

CREATE TABLE ticks (
    id {id},
    instigator {key} NOT NULL,
    kind {key} NOT NULL,
    status {key} NOT NULL,
    started_at {number} NOT NULL,
    body {bytes} NOT NULL
);

CREATE INDEX ticks_instigator ON ticks (instigator, id);

CREATE INDEX ticks_age ON ticks (kind, status, started_at);

-- What ticks asked for and nobody has launched yet; rows with a run id stay, so that a run key counts once.
CREATE TABLE requested_runs (
    id {id},
    instigator {key} NOT NULL,
    tick_id BIGINT,
    run_key {key},
    requested_at {number} NOT NULL,
    run_id {key},
    launched_at {number},
    body {bytes} NOT NULL,
    UNIQUE (instigator, run_key)
);

CREATE INDEX requested_runs_waiting ON requested_runs (id) WHERE launched_at IS NULL;

CREATE INDEX requested_runs_tick ON requested_runs (tick_id);

CREATE TABLE backfills (
    id {id},
    backfill_id {key} NOT NULL UNIQUE,
    status {key} NOT NULL,
    create_timestamp {number} NOT NULL,
    update_timestamp {number} NOT NULL,
    body {bytes} NOT NULL
);

CREATE INDEX backfills_status ON backfills (status, id);

-- One partition (or, with partition NULL, one whole asset) that a backfill means to make; job backfills have no key.
CREATE TABLE backfill_targets (
    id {id},
    backfill_number BIGINT NOT NULL,
    asset_key {key},
    partition {key},
    status {key} NOT NULL,
    run_id {key}
);

CREATE INDEX backfill_targets_status ON backfill_targets (backfill_number, status, id);

CREATE INDEX backfill_targets_asset ON backfill_targets (asset_key, status);

CREATE INDEX backfill_targets_run ON backfill_targets (run_id) WHERE run_id IS NOT NULL;
