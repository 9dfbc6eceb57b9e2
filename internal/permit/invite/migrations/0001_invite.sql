-- +goose Up

-- Organisations that invite: the register. fold is the name as it is compared.
CREATE TABLE permit_invite_organiser (
    id TEXT PRIMARY KEY, fold TEXT NOT NULL UNIQUE, version BIGINT NOT NULL, at BIGINT NOT NULL, actor TEXT NOT NULL, body TEXT NOT NULL
);

-- Invitations. same is what tells a second entry of the same paper; empty for
-- those that were withdrawn. seat is the unit whose head disposes.
CREATE TABLE permit_invite_invitation (
    id TEXT PRIMARY KEY, state TEXT NOT NULL CHECK (state IN ('entered', 'disposed', 'lettered', 'done', 'withdrawn')),
    version BIGINT NOT NULL, at BIGINT NOT NULL, actor TEXT NOT NULL, organiser TEXT NOT NULL, day TEXT NOT NULL,
    unit TEXT NOT NULL, seat TEXT NOT NULL, same TEXT NOT NULL, body TEXT NOT NULL
);
CREATE UNIQUE INDEX permit_invite_invitation_same ON permit_invite_invitation (same) WHERE same <> '';
CREATE INDEX permit_invite_invitation_state ON permit_invite_invitation (state, day);
CREATE INDEX permit_invite_invitation_organiser ON permit_invite_invitation (organiser);

-- Dispositions: one alone is live for an invitation.
CREATE TABLE permit_invite_disposition (
    id TEXT PRIMARY KEY, invitation TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('live', 'withdrawn')),
    at BIGINT NOT NULL, person TEXT NOT NULL, body TEXT NOT NULL
);
CREATE UNIQUE INDEX permit_invite_disposition_live ON permit_invite_disposition (invitation) WHERE state = 'live';
CREATE INDEX permit_invite_disposition_of ON permit_invite_disposition (invitation, at);

-- Letters. id is the code that stands on the paper; body what it says, which never
-- changes; status what became of it.
CREATE TABLE permit_invite_letter (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('assignment', 'refusal')), office TEXT NOT NULL, year BIGINT NOT NULL, number BIGINT NOT NULL,
    invitation TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('valid', 'withdrawn', 'superseded', 'closed')), at BIGINT NOT NULL, day TEXT NOT NULL, until_day TEXT NOT NULL,
    body TEXT NOT NULL, sum TEXT NOT NULL, status TEXT NOT NULL, UNIQUE (office, year, number)
);
CREATE INDEX permit_invite_letter_invitation ON permit_invite_letter (invitation);
CREATE INDEX permit_invite_letter_until ON permit_invite_letter (state, until_day);

-- Who was assigned by a letter, and what they reported afterwards.
CREATE TABLE permit_invite_slip (
    letter TEXT NOT NULL, person TEXT NOT NULL, due TEXT NOT NULL, at BIGINT NOT NULL, reminded TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (letter, person)
);
CREATE INDEX permit_invite_slip_person ON permit_invite_slip (person, at);
CREATE INDEX permit_invite_slip_due ON permit_invite_slip (at, due);

-- The register of letters: the last number of an office in a year.
CREATE TABLE permit_invite_register (
    office TEXT NOT NULL, year BIGINT NOT NULL, last BIGINT NOT NULL, PRIMARY KEY (office, year)
);

-- Reserves of numbers for an outage, and each number of them with the code that
-- its form carries.
CREATE TABLE permit_invite_reserve (
    id TEXT PRIMARY KEY, office TEXT NOT NULL, year BIGINT NOT NULL, first BIGINT NOT NULL, last BIGINT NOT NULL, at BIGINT NOT NULL, day TEXT NOT NULL, actor TEXT NOT NULL, body TEXT NOT NULL
);
CREATE INDEX permit_invite_reserve_office ON permit_invite_reserve (office, year);
CREATE TABLE permit_invite_number (
    office TEXT NOT NULL, year BIGINT NOT NULL, number BIGINT NOT NULL, reserve TEXT NOT NULL, code TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('free', 'used', 'void')), letter TEXT NOT NULL, why TEXT NOT NULL, PRIMARY KEY (office, year, number)
);
CREATE INDEX permit_invite_number_reserve ON permit_invite_number (reserve, number);

-- The power to dispose in the name of an office, lent to somebody for a time.
CREATE TABLE permit_invite_delegation (
    id TEXT PRIMARY KEY, office TEXT NOT NULL, person TEXT NOT NULL, from_day TEXT NOT NULL, until_day TEXT NOT NULL, at BIGINT NOT NULL, body TEXT NOT NULL
);
CREATE INDEX permit_invite_delegation_person ON permit_invite_delegation (person, until_day);
CREATE INDEX permit_invite_delegation_office ON permit_invite_delegation (office, until_day);
