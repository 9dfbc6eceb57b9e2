-- +goose Up

CREATE TABLE identity_account (
    id          TEXT    PRIMARY KEY,
    login       TEXT    NOT NULL UNIQUE CHECK (length(login) > 0), -- folded: lower case, NFC
    name        TEXT    NOT NULL,
    person      TEXT    NOT NULL,             -- id in the roster; '' for none
    email       TEXT    NOT NULL,
    lang        TEXT    NOT NULL,
    status      TEXT    NOT NULL CHECK (status IN ('active', 'disabled')),
    demo        BOOLEAN NOT NULL,             -- signs in by a button, in a demo only
    password    TEXT    NOT NULL,             -- argon2id, PHC string; '' for none
    password_at BIGINT  NOT NULL,
    totp        BYTEA,                        -- the shared secret, sealed where a box is given
    totp_step   BIGINT  NOT NULL,             -- the last step that was used
    totp_at     BIGINT  NOT NULL,
    made        BIGINT  NOT NULL,
    version     BIGINT  NOT NULL
);
CREATE INDEX identity_account_person ON identity_account (person);

CREATE TABLE identity_grant (
    id         TEXT   PRIMARY KEY,
    account    TEXT   NOT NULL REFERENCES identity_account (id),
    role       TEXT   NOT NULL,
    unit       TEXT   NOT NULL,
    area       TEXT   NOT NULL,
    acting_for TEXT   NOT NULL,               -- whose duties are carried (Plt, Plh); '' for one's own
    from_day   TEXT   NOT NULL,
    until_day  TEXT   NOT NULL,               -- the first day without; '' for open
    status     TEXT   NOT NULL CHECK (status IN ('proposed', 'active', 'refused')),
    source     TEXT   NOT NULL CHECK (source IN ('admin', 'oidc', 'cli', 'demo')),
    reason     TEXT   NOT NULL,
    given_by   TEXT   NOT NULL,
    second_by  TEXT   NOT NULL,               -- who confirmed, where two are needed
    made       BIGINT NOT NULL
);
CREATE INDEX identity_grant_account ON identity_grant (account);
CREATE INDEX identity_grant_role ON identity_grant (role, status);

-- Only hashes of tokens are kept: who reads this table signs in nowhere.
CREATE TABLE identity_session (
    id         TEXT    PRIMARY KEY,
    hash       BYTEA   NOT NULL UNIQUE,
    before     BYTEA,                         -- the token before the last rotation
    before_end BIGINT  NOT NULL,              -- until when that one is still taken
    account    TEXT    NOT NULL REFERENCES identity_account (id),
    method     TEXT    NOT NULL,
    agent      TEXT    NOT NULL,
    prefix     TEXT    NOT NULL,
    limited    BOOLEAN NOT NULL,              -- may do nothing but set up a second factor
    rotate     BOOLEAN NOT NULL,              -- rights changed: new token at the next request
    proved     BIGINT  NOT NULL,              -- when the person last showed all factors
    made       BIGINT  NOT NULL,
    seen       BIGINT  NOT NULL,
    ends       BIGINT  NOT NULL
);
CREATE INDEX identity_session_account ON identity_session (account);
CREATE INDEX identity_session_before ON identity_session (before);
CREATE INDEX identity_session_ends ON identity_session (ends);

-- Something short-lived that is used once: a sign-in between its two steps, a
-- passkey ceremony, a link.
CREATE TABLE identity_ticket (
    hash    BYTEA  PRIMARY KEY,
    kind    TEXT   NOT NULL,
    account TEXT   NOT NULL,
    data    TEXT   NOT NULL,
    tries   BIGINT NOT NULL,
    made    BIGINT NOT NULL,
    ends    BIGINT NOT NULL
);
CREATE INDEX identity_ticket_account ON identity_ticket (account, kind);
CREATE INDEX identity_ticket_ends ON identity_ticket (ends);

CREATE TABLE identity_code (
    account TEXT   NOT NULL REFERENCES identity_account (id),
    hash    BYTEA  NOT NULL,
    used    BIGINT NOT NULL,                  -- 0 while it may be used
    PRIMARY KEY (account, hash)
);

CREATE TABLE identity_passkey (
    id         TEXT   PRIMARY KEY,            -- the credential's own, base64url
    account    TEXT   NOT NULL REFERENCES identity_account (id),
    name       TEXT   NOT NULL,
    credential TEXT   NOT NULL,               -- public key, counter, flags; nothing secret
    made       BIGINT NOT NULL,
    used       BIGINT NOT NULL
);
CREATE INDEX identity_passkey_account ON identity_passkey (account);

CREATE TABLE identity_subject (
    issuer  TEXT   NOT NULL,
    subject TEXT   NOT NULL,
    account TEXT   NOT NULL REFERENCES identity_account (id),
    made    BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX identity_subject_account ON identity_subject (account);

CREATE TABLE identity_recovery (
    id        TEXT   PRIMARY KEY,
    account   TEXT   NOT NULL REFERENCES identity_account (id),
    status    TEXT   NOT NULL CHECK (status IN ('asked', 'half', 'approved', 'used', 'refused')),
    note      TEXT   NOT NULL,
    asked_by  TEXT   NOT NULL,
    first_by  TEXT   NOT NULL,
    second_by TEXT   NOT NULL,
    code      BYTEA,                          -- hash of the half that the first approver holds
    made      BIGINT NOT NULL,
    ends      BIGINT NOT NULL
);
-- One open request an account: asking again changes nothing.
CREATE UNIQUE INDEX identity_recovery_open ON identity_recovery (account) WHERE status IN ('asked', 'half', 'approved');

CREATE TABLE identity_delay (
    key   BYTEA  PRIMARY KEY,                 -- hash of login and network, or of the device
    fails BIGINT NOT NULL,
    until BIGINT NOT NULL,
    told  BIGINT NOT NULL,                    -- when the record last spoke of it
    last  BIGINT NOT NULL
);
CREATE INDEX identity_delay_last ON identity_delay (last);

CREATE TABLE identity_device (
    hash    BYTEA  NOT NULL,
    account TEXT   NOT NULL REFERENCES identity_account (id),
    made    BIGINT NOT NULL,
    seen    BIGINT NOT NULL,
    PRIMARY KEY (hash, account)
);
CREATE INDEX identity_device_account ON identity_device (account);
