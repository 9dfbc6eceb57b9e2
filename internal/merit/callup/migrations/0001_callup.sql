-- +goose Up

-- Programmes. body is the rules as the seal has them; a round keeps its own copy.
CREATE TABLE merit_callup_programme (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, body TEXT NOT NULL,
    at BIGINT NOT NULL, actor TEXT NOT NULL
);

-- Draws. sealed, source and rules are the parts of the published file; file is
-- the published file itself, empty until the draw.
CREATE TABLE merit_callup_round (
    id TEXT PRIMARY KEY, programme TEXT NOT NULL, number BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('sealed', 'drawn', 'void')),
    rules TEXT NOT NULL, sealed TEXT NOT NULL, source TEXT NOT NULL, tallies TEXT NOT NULL, kept_off TEXT NOT NULL,
    sealed_at BIGINT NOT NULL, announced_at BIGINT NOT NULL,
    drawn_at BIGINT NOT NULL, file BYTEA NOT NULL, file_sum TEXT NOT NULL,
    void_at BIGINT NOT NULL, void_why TEXT NOT NULL, void_note TEXT NOT NULL,
    UNIQUE (programme, number)
);

-- One round of a programme is open at a time.
CREATE UNIQUE INDEX merit_callup_round_open ON merit_callup_round (programme) WHERE state = 'sealed';

-- The sealed lists.
CREATE TABLE merit_callup_listed (
    round TEXT NOT NULL, person TEXT NOT NULL, grp TEXT NOT NULL,
    name TEXT NOT NULL, post TEXT NOT NULL, title TEXT NOT NULL, unit TEXT NOT NULL, unit_name TEXT NOT NULL,
    sex TEXT NOT NULL, grade TEXT NOT NULL, offices TEXT NOT NULL,
    PRIMARY KEY (round, person)
);
CREATE INDEX merit_callup_listed_person ON merit_callup_listed (person);

-- Who could have been listed and was kept off, and by which rule.
CREATE TABLE merit_callup_off (
    round TEXT NOT NULL, person TEXT NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (round, person)
);
CREATE INDEX merit_callup_off_person ON merit_callup_off (person);

-- What each of the two people typed of the dice.
CREATE TABLE merit_callup_dice (
    round TEXT NOT NULL, actor TEXT NOT NULL, digits TEXT NOT NULL, witnesses TEXT NOT NULL, at BIGINT NOT NULL,
    PRIMARY KEY (round, actor)
);

CREATE TABLE merit_callup_call (
    id TEXT PRIMARY KEY, round TEXT NOT NULL, person TEXT NOT NULL, grp TEXT NOT NULL, place BIGINT NOT NULL,
    state TEXT NOT NULL, at BIGINT NOT NULL, due BIGINT NOT NULL, acked_at BIGINT NOT NULL,
    why TEXT NOT NULL, note TEXT NOT NULL, instead TEXT NOT NULL, panel TEXT NOT NULL, questions TEXT NOT NULL,
    opened_at BIGINT NOT NULL, scored_at BIGINT NOT NULL, told_at BIGINT NOT NULL, reply TEXT NOT NULL, filed_at BIGINT NOT NULL,
    UNIQUE (round, person)
);
CREATE INDEX merit_callup_call_person ON merit_callup_call (person);
CREATE INDEX merit_callup_call_state ON merit_callup_call (state);

-- Who sits on which panel.
CREATE TABLE merit_callup_member (
    call TEXT NOT NULL, person TEXT NOT NULL,
    PRIMARY KEY (call, person)
);
CREATE INDEX merit_callup_member_person ON merit_callup_member (person);

CREATE TABLE merit_callup_sheet (
    call TEXT NOT NULL, member TEXT NOT NULL, body TEXT NOT NULL, at BIGINT NOT NULL,
    PRIMARY KEY (call, member)
);
