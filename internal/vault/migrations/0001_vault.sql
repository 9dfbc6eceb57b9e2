-- +goose Up

-- Key pairs of those who may read. The private half is here, but locked:
-- under a password, under a code on paper, under a key that is split among
-- custodians, or sealed to the pair that came after it.
CREATE TABLE vault_identity (
    id        TEXT   PRIMARY KEY CHECK (length(id) > 0),
    owner     TEXT   NOT NULL CHECK (length(owner) > 0),
    recipient TEXT   NOT NULL UNIQUE,
    mark      BYTEA  NOT NULL, -- of the process's key, over id and owner
    state     TEXT   NOT NULL CHECK (state IN ('enrolled', 'active', 'retiring', 'lost', 'retired')),
    locked    TEXT   NOT NULL CHECK (locked IN ('code', 'password', 'quorum', 'next', 'gone')),
    secret    BYTEA  NOT NULL, -- empty when gone
    next      TEXT   NOT NULL, -- the pair that came after it; '' while it is the newest
    made      BIGINT NOT NULL,
    changed   BIGINT NOT NULL
);

-- What is sealed from now on is sealed to this one.
CREATE UNIQUE INDEX vault_identity_current ON vault_identity (owner) WHERE state IN ('enrolled', 'active');
CREATE INDEX vault_identity_owner ON vault_identity (owner, made);

-- Who keeps a share of which recovery pair; shares themselves are on paper.
CREATE TABLE vault_custodian (
    identity  TEXT   NOT NULL REFERENCES vault_identity (id),
    number    BIGINT NOT NULL CHECK (number BETWEEN 1 AND 255),
    threshold BIGINT NOT NULL CHECK (threshold BETWEEN 2 AND 255),
    custodian TEXT   NOT NULL CHECK (length(custodian) > 0),
    drilled   BIGINT NOT NULL, -- when the share was last shown to be good; 0 for never
    PRIMARY KEY (identity, number)
);

-- The key of the process, sealed to a recovery pair.
CREATE TABLE vault_root (
    identity TEXT  NOT NULL REFERENCES vault_identity (id),
    key_id   TEXT  NOT NULL,
    sealed   BYTEA NOT NULL,
    PRIMARY KEY (identity, key_id)
);

-- Keys of many small values, each sealed to the readers.
CREATE TABLE vault_envelope (
    id      TEXT   PRIMARY KEY CHECK (length(id) > 0),
    sealed  BYTEA  NOT NULL,
    readers TEXT   NOT NULL, -- JSON list of owners
    mark    BYTEA  NOT NULL, -- of the process's key, over id and readers
    made    BIGINT NOT NULL
);

-- Who looked at what.
CREATE TABLE vault_opening (
    n       BIGINT  PRIMARY KEY,
    at      BIGINT  NOT NULL,
    actor   TEXT    NOT NULL,
    tbl     TEXT    NOT NULL,
    col     TEXT    NOT NULL,
    entity  TEXT    NOT NULL,
    opened  BOOLEAN NOT NULL,
    problem TEXT    NOT NULL, -- key of a message; '' when opened
    reason  TEXT    NOT NULL
);
CREATE INDEX vault_opening_entity ON vault_opening (tbl, entity, n);

-- How far the rewrapping after a rotation or a loss has come.
CREATE TABLE vault_sweep (
    identity TEXT    NOT NULL REFERENCES vault_identity (id),
    shelf    TEXT    NOT NULL,
    place    TEXT    NOT NULL, -- the last key that is done; '' before the first
    found    BIGINT  NOT NULL, -- rewrapped in this pass
    total    BIGINT  NOT NULL, -- rewrapped in all passes
    finished BOOLEAN NOT NULL,
    PRIMARY KEY (identity, shelf)
);

-- Unlocked secrets between two requests, each boxed under a ticket that only
-- the owner's browser has.
CREATE TABLE vault_ticket (
    id     TEXT   PRIMARY KEY CHECK (length(id) > 0), -- hash of the ticket
    owner  TEXT   NOT NULL,
    pair   TEXT   NOT NULL,
    secret BYTEA  NOT NULL,
    until  BIGINT NOT NULL
);
CREATE INDEX vault_ticket_owner ON vault_ticket (owner);
