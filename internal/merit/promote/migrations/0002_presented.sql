-- +goose Up

-- Results of presentations of one's own duties, as they were filed: from
-- from_day on they are part of the person's record. call is where one comes
-- from and its key: a result is filed once, and never changed.
CREATE TABLE merit_promote_presented (
    call TEXT PRIMARY KEY, person TEXT NOT NULL, title TEXT NOT NULL, programme TEXT NOT NULL, number BIGINT NOT NULL,
    held_on TEXT NOT NULL, from_day TEXT NOT NULL, points DOUBLE PRECISION NOT NULL, most DOUBLE PRECISION NOT NULL,
    panel BIGINT NOT NULL, reply TEXT NOT NULL, at BIGINT NOT NULL
);
CREATE INDEX merit_promote_presented_person ON merit_promote_presented (person, from_day);
