-- +goose Up

-- Who is behind the account that typed dice: two accounts may be one person.
ALTER TABLE merit_callup_dice ADD COLUMN person TEXT NOT NULL DEFAULT '';

-- What keeps the questions of a call unknown until the presentation is opened. Its
-- SHA-256 enters the record with the call.
ALTER TABLE merit_callup_call ADD COLUMN secret TEXT NOT NULL DEFAULT '';
