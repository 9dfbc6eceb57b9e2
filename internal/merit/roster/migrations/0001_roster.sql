-- +goose Up

-- One row for each time somebody wrote into the roster; seq counts from 1
-- without gaps. The ledger entry of a change names its seq.
CREATE TABLE merit_roster_change (
    seq    BIGINT PRIMARY KEY CHECK (seq > 0),
    at     BIGINT NOT NULL,
    actor  TEXT   NOT NULL,
    kind   TEXT   NOT NULL,
    name   TEXT   NOT NULL,
    reason TEXT   NOT NULL,
    facts  BIGINT NOT NULL,
    sum    TEXT   NOT NULL
);

-- Facts. [from_day, until_day) is when a row is true; '' leaves an end open.
-- seq is the change that wrote it; gone the change that took it back, 0 while
-- it stands. src is the change whose source stands behind it: a row that was
-- only cut shorter keeps the source of what it was cut from. gone is part of the
-- keys, so that one row of a fact stands at a time. Rows are never
-- deleted, and never changed but for gone.

CREATE TABLE merit_roster_unit (
    id TEXT NOT NULL, from_day TEXT NOT NULL, until_day TEXT NOT NULL,
    seq BIGINT NOT NULL, gone BIGINT NOT NULL, src BIGINT NOT NULL,
    parent TEXT NOT NULL, name TEXT NOT NULL, abbreviation TEXT NOT NULL,
    kind TEXT NOT NULL, area TEXT NOT NULL, place BIGINT NOT NULL,
    PRIMARY KEY (id, gone, from_day)
);
CREATE INDEX merit_roster_unit_seq ON merit_roster_unit (seq);

CREATE TABLE merit_roster_post (
    id TEXT NOT NULL, from_day TEXT NOT NULL, until_day TEXT NOT NULL,
    seq BIGINT NOT NULL, gone BIGINT NOT NULL, src BIGINT NOT NULL,
    unit TEXT NOT NULL, title TEXT NOT NULL, level TEXT NOT NULL, echelon TEXT NOT NULL,
    rung TEXT NOT NULL, class BIGINT NOT NULL, seats BIGINT NOT NULL, head BOOLEAN NOT NULL,
    duties TEXT NOT NULL,
    PRIMARY KEY (id, gone, from_day)
);
CREATE INDEX merit_roster_post_unit ON merit_roster_post (unit);
CREATE INDEX merit_roster_post_seq ON merit_roster_post (seq);

CREATE TABLE merit_roster_person (
    id TEXT NOT NULL, from_day TEXT NOT NULL, until_day TEXT NOT NULL,
    seq BIGINT NOT NULL, gone BIGINT NOT NULL, src BIGINT NOT NULL,
    nip TEXT NOT NULL, nrk TEXT NOT NULL, name TEXT NOT NULL,
    front TEXT NOT NULL, back TEXT NOT NULL, grade TEXT NOT NULL,
    education TEXT NOT NULL, field TEXT NOT NULL, born TEXT NOT NULL,
    sex TEXT NOT NULL, status TEXT NOT NULL,
    PRIMARY KEY (id, gone, from_day)
);
CREATE INDEX merit_roster_person_nip ON merit_roster_person (nip);
CREATE INDEX merit_roster_person_seq ON merit_roster_person (seq);

-- Sealed NIKs; mark is a keyed hash by which doubles are found, doubt what in
-- the NIK contradicted the person when it was sealed.
CREATE TABLE merit_roster_nik (
    person TEXT NOT NULL, seq BIGINT NOT NULL, gone BIGINT NOT NULL,
    mark BYTEA NOT NULL, sealed BYTEA NOT NULL, doubt TEXT NOT NULL,
    PRIMARY KEY (person, seq)
);
CREATE INDEX merit_roster_nik_mark ON merit_roster_nik (mark);

CREATE TABLE merit_roster_tenure (
    person TEXT NOT NULL, id TEXT NOT NULL, from_day TEXT NOT NULL, until_day TEXT NOT NULL,
    seq BIGINT NOT NULL, gone BIGINT NOT NULL, src BIGINT NOT NULL,
    post TEXT NOT NULL, kind TEXT NOT NULL, decree TEXT NOT NULL, decree_day TEXT NOT NULL,
    PRIMARY KEY (person, id, gone)
);
CREATE INDEX merit_roster_tenure_post ON merit_roster_tenure (post);

CREATE TABLE merit_roster_rating (
    person TEXT NOT NULL, id TEXT NOT NULL, seq BIGINT NOT NULL, gone BIGINT NOT NULL, src BIGINT NOT NULL,
    year BIGINT NOT NULL, predicate TEXT NOT NULL,
    PRIMARY KEY (person, id, gone)
);

CREATE TABLE merit_roster_training (
    person TEXT NOT NULL, id TEXT NOT NULL, from_day TEXT NOT NULL, until_day TEXT NOT NULL,
    seq BIGINT NOT NULL, gone BIGINT NOT NULL, src BIGINT NOT NULL,
    kind TEXT NOT NULL, name TEXT NOT NULL, certificate TEXT NOT NULL,
    PRIMARY KEY (person, id, gone)
);

CREATE TABLE merit_roster_mark (
    person TEXT NOT NULL, id TEXT NOT NULL, from_day TEXT NOT NULL, until_day TEXT NOT NULL,
    seq BIGINT NOT NULL, gone BIGINT NOT NULL, src BIGINT NOT NULL,
    level TEXT NOT NULL, what TEXT NOT NULL, decree TEXT NOT NULL,
    PRIMARY KEY (person, id, gone)
);

CREATE TABLE merit_roster_leave (
    person TEXT NOT NULL, id TEXT NOT NULL, from_day TEXT NOT NULL, until_day TEXT NOT NULL,
    seq BIGINT NOT NULL, gone BIGINT NOT NULL, src BIGINT NOT NULL,
    kind TEXT NOT NULL, decree TEXT NOT NULL,
    PRIMARY KEY (person, id, gone)
);

CREATE TABLE merit_roster_relation (
    person TEXT NOT NULL, id TEXT NOT NULL, from_day TEXT NOT NULL, until_day TEXT NOT NULL,
    seq BIGINT NOT NULL, gone BIGINT NOT NULL, src BIGINT NOT NULL,
    other TEXT NOT NULL, kind TEXT NOT NULL,
    PRIMARY KEY (person, id, gone)
);
CREATE INDEX merit_roster_relation_other ON merit_roster_relation (other);

-- People whose place changed in a change that has no row of merit_roster_person
-- for them: what the search index must read anew.
CREATE TABLE merit_roster_touch (
    seq BIGINT NOT NULL, person TEXT NOT NULL,
    PRIMARY KEY (seq, person)
);

-- What people asked to be corrected about themselves.
CREATE TABLE merit_roster_asked (
    id TEXT PRIMARY KEY, person TEXT NOT NULL, fact TEXT NOT NULL, ref TEXT NOT NULL, from_day TEXT NOT NULL, seen BIGINT NOT NULL, field TEXT NOT NULL,
    held TEXT NOT NULL, wanted TEXT NOT NULL, note TEXT NOT NULL,
    at BIGINT NOT NULL, due BIGINT NOT NULL, actor TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'done', 'refused')),
    decided_at BIGINT NOT NULL, decided_by TEXT NOT NULL, answer TEXT NOT NULL, seq BIGINT NOT NULL
);
CREATE INDEX merit_roster_asked_state ON merit_roster_asked (state, due);
CREATE INDEX merit_roster_asked_person ON merit_roster_asked (person, at);

-- Who looked at whose data. Rows older than the time of keeping are deleted.
CREATE TABLE merit_roster_look (
    person TEXT NOT NULL, at BIGINT NOT NULL, id TEXT NOT NULL,
    viewer TEXT NOT NULL, viewer_person TEXT NOT NULL, via TEXT NOT NULL, what TEXT NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (person, at, id)
);
CREATE INDEX merit_roster_look_at ON merit_roster_look (at);
