-- +goose Up

-- Tokens of the API. The token itself is nowhere: only its hash is kept.
CREATE TABLE token_token (
    id      TEXT   PRIMARY KEY,
    owner   TEXT   NOT NULL CHECK (length(owner) > 0), -- an actor
    name    TEXT   NOT NULL CHECK (length(name) > 0),
    hash    BYTEA  NOT NULL UNIQUE,
    tail    TEXT   NOT NULL,            -- the last characters, to tell tokens apart
    actions TEXT   NOT NULL CHECK (length(actions) > 0), -- separated by spaces
    made    BIGINT NOT NULL,
    until   BIGINT NOT NULL,
    revoked BIGINT NOT NULL,            -- 0 while it is not
    used    TEXT   NOT NULL,            -- last day, YYYY-MM-DD; '' for never
    refused TEXT   NOT NULL             -- last day on which it was shown after its end
);
CREATE INDEX token_token_owner ON token_token (owner, made, id);

-- What was answered to a request with an idempotency key.
CREATE TABLE token_key (
    actor   TEXT   NOT NULL,
    key     TEXT   NOT NULL,            -- SHA-256 of what was sent
    request BYTEA  NOT NULL,            -- SHA-256 of method, address, body and what a token may do
    state   TEXT   NOT NULL CHECK (state IN ('running', 'done', 'large')),
    status  BIGINT NOT NULL,
    header  TEXT   NOT NULL,            -- JSON: name to value
    body    BYTEA  NOT NULL,            -- sealed
    begun   BIGINT NOT NULL,
    until   BIGINT NOT NULL,
    PRIMARY KEY (actor, key)
);
CREATE INDEX token_key_until ON token_key (until);
