-- +goose Up

-- Figures that others published about a decree, as the office typed them.
CREATE TABLE merit_appoint_press (
    batch TEXT PRIMARY KEY, at BIGINT NOT NULL, actor TEXT NOT NULL, body TEXT NOT NULL
);
