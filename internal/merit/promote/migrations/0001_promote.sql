-- +goose Up

-- Papers on file about people and posts: results, certificates, statements,
-- approvals. [from_day, until_day) is when one counts. A row is never deleted;
-- gone is when it was withdrawn, in milliseconds, 0 while it stands.
CREATE TABLE merit_promote_paper (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, person TEXT NOT NULL, post TEXT NOT NULL,
    value TEXT NOT NULL, number TEXT NOT NULL, dated TEXT NOT NULL,
    from_day TEXT NOT NULL, until_day TEXT NOT NULL, note TEXT NOT NULL,
    actor TEXT NOT NULL, at BIGINT NOT NULL,
    gone BIGINT NOT NULL, gone_by TEXT NOT NULL, gone_why TEXT NOT NULL,
    CHECK (person <> '' OR post <> '')
);
CREATE INDEX merit_promote_paper_person ON merit_promote_paper (person);
CREATE INDEX merit_promote_paper_post ON merit_promote_paper (post);

-- What the government has decided where the law leaves it open. Of one fact the
-- last row that begins on or before a day holds on it. months is how long there
-- is for what may follow an appointment; 0 otherwise.
CREATE TABLE merit_promote_policy (
    seq BIGINT PRIMARY KEY CHECK (seq > 0), fact TEXT NOT NULL, value TEXT NOT NULL, months BIGINT NOT NULL, from_day TEXT NOT NULL,
    decree TEXT NOT NULL, reason TEXT NOT NULL, actor TEXT NOT NULL, at BIGINT NOT NULL
);

-- Tenures that were cut short for a reason that was not the person's.
CREATE TABLE merit_promote_excuse (
    person TEXT NOT NULL, tenure TEXT NOT NULL, cause TEXT NOT NULL, note TEXT NOT NULL,
    actor TEXT NOT NULL, at BIGINT NOT NULL,
    PRIMARY KEY (person, tenure)
);

-- What people answer to figures about them.
CREATE TABLE merit_promote_reply (
    id TEXT PRIMARY KEY, person TEXT NOT NULL, about TEXT NOT NULL, body TEXT NOT NULL, at BIGINT NOT NULL
);
CREATE INDEX merit_promote_reply_person ON merit_promote_reply (person, about);
