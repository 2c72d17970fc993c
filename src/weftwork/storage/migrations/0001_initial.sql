-- Runs, events, and the state of assets that follows from them.

CREATE TABLE counters (
    name {key} PRIMARY KEY,
    value BIGINT NOT NULL
);

INSERT INTO counters (name, value) VALUES ('event', 0);

CREATE TABLE runs (
    id {id},
    run_id {key} NOT NULL UNIQUE,
    job_name {key} NOT NULL,
    status {key} NOT NULL,
    snapshot_id {key},
    create_timestamp {number} NOT NULL,
    update_timestamp {number} NOT NULL,
    start_time {number},
    end_time {number},
    body {bytes} NOT NULL
);

CREATE INDEX runs_status ON runs (status, id);

CREATE INDEX runs_job ON runs (job_name, id);

CREATE INDEX runs_updated ON runs (update_timestamp);

CREATE TABLE run_tags (
    run_number BIGINT NOT NULL,
    key {key} NOT NULL,
    value {key} NOT NULL,
    PRIMARY KEY (run_number, key)
);

CREATE INDEX run_tags_key ON run_tags (key, value, run_number);

-- asset_key is NULL again when the asset is wiped; is_kept tells that the run is deleted but the state of an
-- asset still refers to the event.
CREATE TABLE events (
    id {event_id},
    run_id {key} NOT NULL,
    timestamp {number} NOT NULL,
    event_type {key},
    step_key {key},
    asset_key {key},
    partition {key},
    is_kept SMALLINT NOT NULL DEFAULT 0,
    body {bytes} NOT NULL
);

CREATE INDEX events_run ON events (run_id, id);

CREATE INDEX events_asset ON events (asset_key, event_type, id) WHERE asset_key IS NOT NULL;

CREATE INDEX events_partition ON events (asset_key, partition, event_type, id) WHERE partition IS NOT NULL;

CREATE INDEX events_type ON events (event_type, id) WHERE event_type IS NOT NULL;

CREATE TABLE assets (
    id {id},
    asset_key {key} NOT NULL UNIQUE,
    materialization_id BIGINT,
    observation_id BIGINT,
    failure_id BIGINT,
    planned_id BIGINT,
    planned_run_id {key},
    last_run_id {key}
);

CREATE TABLE asset_partitions (
    asset_key {key} NOT NULL,
    partition {key} NOT NULL,
    materialization_id BIGINT,
    observation_id BIGINT,
    failure_id BIGINT,
    planned_id BIGINT,
    planned_run_id {key},
    PRIMARY KEY (asset_key, partition)
);

CREATE INDEX asset_partitions_planned ON asset_partitions (planned_run_id) WHERE planned_run_id IS NOT NULL;

CREATE TABLE asset_checks (
    id {id},
    asset_key {key} NOT NULL,
    check_name {key} NOT NULL,
    partition {key},
    run_id {key} NOT NULL,
    status {key} NOT NULL,
    event_id BIGINT,
    create_timestamp {number} NOT NULL
);

CREATE INDEX asset_checks_key ON asset_checks (asset_key, check_name, id);

CREATE INDEX asset_checks_event ON asset_checks (event_id) WHERE event_id IS NOT NULL;

CREATE INDEX asset_checks_run ON asset_checks (run_id);

CREATE TABLE dynamic_partitions (
    id {id},
    definition {key} NOT NULL,
    partition {key} NOT NULL,
    UNIQUE (definition, partition)
);

CREATE TABLE kvs (
    key {key} PRIMARY KEY,
    value {key} NOT NULL
);
