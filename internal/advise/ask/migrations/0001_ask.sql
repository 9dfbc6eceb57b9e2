-- +goose Up
CREATE TABLE advise_ask_slip (
    number  TEXT PRIMARY KEY CHECK (length(number) = 19),
    day     TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('undecided', 'allowed', 'conditional', 'caution', 'prohibited', 'outside'))
);

CREATE TABLE advise_ask_edition (
    seq      BIGINT PRIMARY KEY,
    sha256   TEXT NOT NULL CHECK (length(sha256) = 64),
    book     TEXT NOT NULL,
    edition  TEXT NOT NULL,
    previous TEXT NOT NULL,
    files    BYTEA NOT NULL,
    adopted  BIGINT NOT NULL
);
CREATE INDEX advise_ask_edition_sha256 ON advise_ask_edition (sha256);
