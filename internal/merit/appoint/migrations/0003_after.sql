-- +goose Up

-- What follows an appointment: who sees to what by when. owner is person, unit or
-- personnel; due and done are days, done '' while it is open. units is the way
-- from the top to the receiving unit.
CREATE TABLE merit_appoint_task (
    batch TEXT NOT NULL, post TEXT NOT NULL, kind TEXT NOT NULL, owner TEXT NOT NULL, person TEXT NOT NULL,
    due TEXT NOT NULL, done TEXT NOT NULL, units TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (batch, post, kind)
);
CREATE INDEX merit_appoint_task_open ON merit_appoint_task (owner, done, due);
CREATE INDEX merit_appoint_task_person ON merit_appoint_task (person, done);

-- Decrees that correct a decree, or withdraw somebody from it. Their numbers are
-- of the same register.
CREATE TABLE merit_appoint_amendment (
    year BIGINT NOT NULL, number BIGINT NOT NULL, batch TEXT NOT NULL, at BIGINT NOT NULL, actor TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (year, number)
);
CREATE INDEX merit_appoint_amendment_of ON merit_appoint_amendment (batch, at);
