-- +goose Up

-- The size and root of the tree; one row once there is an entry.
CREATE TABLE ledger_head (
    name TEXT   PRIMARY KEY CHECK (name = 'head'),
    size BIGINT NOT NULL CHECK (size > 0),
    root BYTEA  NOT NULL CHECK (length(root) = 32)
);

-- One row for each entry. leaf is public and in the tree. Erasing sets body,
-- salt, actor and subject to NULL and rounds at to the hour.
CREATE TABLE ledger_entry (
    id      BIGINT  PRIMARY KEY CHECK (id >= 0),
    kind    TEXT    NOT NULL,
    at      BIGINT  NOT NULL,
    sealed  BOOLEAN NOT NULL,
    actor   TEXT,
    subject TEXT,
    body    BYTEA,
    salt    BYTEA,
    leaf    BYTEA   NOT NULL,
    CHECK ((body IS NULL) = (salt IS NULL))
);
CREATE INDEX ledger_entry_kind ON ledger_entry (kind, id);
CREATE INDEX ledger_entry_subject ON ledger_entry (subject, id) WHERE subject IS NOT NULL;

-- The hashes of the tree by golang.org/x/mod/sumdb/tlog's StoredHashIndex.
CREATE TABLE ledger_hash (
    id   BIGINT PRIMARY KEY CHECK (id >= 0),
    hash BYTEA  NOT NULL CHECK (length(hash) = 32)
);

-- Every tree that was ever signed, by size and key.
CREATE TABLE ledger_checkpoint (
    size BIGINT NOT NULL CHECK (size > 0),
    key  BIGINT NOT NULL,
    at   BIGINT NOT NULL,
    note BYTEA  NOT NULL,
    PRIMARY KEY (size, key)
);

-- What witnesses signed. line is the signature line with its newline; vkey is
-- the key that it was checked with when it came.
CREATE TABLE ledger_cosignature (
    size BIGINT NOT NULL CHECK (size > 0),
    vkey TEXT   NOT NULL,
    at   BIGINT NOT NULL,
    line TEXT   NOT NULL,
    PRIMARY KEY (size, vkey)
);
