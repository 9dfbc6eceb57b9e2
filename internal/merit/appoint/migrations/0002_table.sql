-- +goose Up

-- Tables that were sent for a batch and not taken yet. One waits for each officer
-- and batch; it goes when it is taken, dropped, or the batch is no draft any more.
CREATE TABLE merit_appoint_table (
    id TEXT PRIMARY KEY, batch TEXT NOT NULL, actor TEXT NOT NULL, at BIGINT NOT NULL, name TEXT NOT NULL, proposer TEXT NOT NULL, columns TEXT NOT NULL, body BYTEA NOT NULL
);
CREATE UNIQUE INDEX merit_appoint_table_of ON merit_appoint_table (batch, actor);
