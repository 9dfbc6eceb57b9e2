-- +goose Up

-- Work that waits, runs or has been given up. A job that is done is deleted:
-- its payload may lead to a person, and nobody needs it any more.
CREATE TABLE jobs_job (
    id       BIGINT PRIMARY KEY,
    kind     TEXT   NOT NULL CHECK (length(kind) > 0),
    key      TEXT   CHECK (length(key) > 0),
    payload  TEXT   NOT NULL,
    state    TEXT   NOT NULL CHECK (state IN ('waiting', 'running', 'dead')),
    due      BIGINT NOT NULL,             -- when it may run
    attempt  BIGINT NOT NULL,             -- how often it was begun
    attempts BIGINT NOT NULL CHECK (attempts > 0), -- how often it may be begun
    error    TEXT   NOT NULL,             -- key of a message; '' when it never failed
    made     BIGINT NOT NULL,
    changed  BIGINT NOT NULL,
    owner    TEXT   NOT NULL,             -- the runner that has it; '' unless running
    lease    BIGINT NOT NULL              -- until when it has it; 0 unless running
);

-- Of the same work only one job waits. One that runs is another matter: it may
-- have read what has changed since.
CREATE UNIQUE INDEX jobs_job_key ON jobs_job (kind, key) WHERE state = 'waiting';
CREATE INDEX jobs_job_due ON jobs_job (state, due, id);

-- One row: the number of the newest job. Numbers are never used twice.
CREATE TABLE jobs_counter (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    n   BIGINT NOT NULL
);
INSERT INTO jobs_counter (one, n) VALUES (1, 0);

CREATE TABLE jobs_schedule (
    name TEXT   PRIMARY KEY,
    spec TEXT   NOT NULL, -- as the program says it: "daily 02:00 WIB"
    next BIGINT NOT NULL,
    last BIGINT NOT NULL  -- 0 before the first time
);

CREATE TABLE jobs_tally (
    kind   TEXT   PRIMARY KEY,
    done   BIGINT NOT NULL,
    failed BIGINT NOT NULL, -- attempts
    dead   BIGINT NOT NULL, -- jobs
    last   BIGINT NOT NULL  -- when one was done; 0 for never
);
