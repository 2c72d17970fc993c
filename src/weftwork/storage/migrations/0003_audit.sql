-- What was done to the instance, by whom, and how it went.

CREATE TABLE audit (
    id {id},
    timestamp {number} NOT NULL,
    caller {key} NOT NULL,
    role {key} NOT NULL,
    action {key} NOT NULL,
    target {key} NOT NULL,
    error {key}
);
