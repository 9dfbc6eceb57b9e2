-- +goose Up

-- Batches. body holds what is not looked up by; file the published roster proof
-- without its receipt, empty until the signature; entry the ledger entry of the
-- signature.
CREATE TABLE merit_appoint_batch (
    id TEXT PRIMARY KEY, state TEXT NOT NULL CHECK (state IN ('draft', 'signed', 'done', 'cancelled')),
    version BIGINT NOT NULL, effective TEXT NOT NULL, at BIGINT NOT NULL, actor TEXT NOT NULL,
    year BIGINT NOT NULL, number BIGINT NOT NULL, body TEXT NOT NULL, file BYTEA NOT NULL, sum TEXT NOT NULL
);

-- A number is given once in a year.
CREATE UNIQUE INDEX merit_appoint_batch_number ON merit_appoint_batch (year, number) WHERE number > 0;
CREATE INDEX merit_appoint_batch_at ON merit_appoint_batch (at);

-- Proposals: who is proposed for which post. Person and post stand once in a
-- batch. code is what the person checks in with.
CREATE TABLE merit_appoint_proposal (
    batch TEXT NOT NULL, post TEXT NOT NULL, person TEXT NOT NULL, code TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (batch, post), UNIQUE (batch, person), UNIQUE (code)
);
CREATE INDEX merit_appoint_proposal_person ON merit_appoint_proposal (person);

-- The register of decrees: the last number of each year and its day.
CREATE TABLE merit_appoint_register (
    year BIGINT PRIMARY KEY, last BIGINT NOT NULL, day TEXT NOT NULL
);
