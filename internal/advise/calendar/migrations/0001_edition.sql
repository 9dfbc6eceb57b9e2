-- +goose Up

-- The line of editions since the first amendment, the carried edition that it
-- began with included. file is the text as it was given; nothing here is ever
-- changed.
CREATE TABLE advise_calendar_edition (
    seq      BIGINT PRIMARY KEY CHECK (seq > 0),
    edition  TEXT   NOT NULL UNIQUE CHECK (length(edition) > 0),
    previous TEXT   NOT NULL,
    sha256   TEXT   NOT NULL CHECK (length(sha256) = 64),
    file     BYTEA  NOT NULL,
    at       BIGINT NOT NULL,
    actor    TEXT   NOT NULL,
    note     TEXT   NOT NULL
);
