-- Deliveries that may have arrived without an answer, what was done to deliveries beside trying them, and paused destinations.
-- A fourth state of deliveries: 3 Skipped.
ALTER TABLE delivery ADD COLUMN maybe INTEGER NOT NULL DEFAULT 0;     -- 1: a try sent all of it and got no answer; 0 again once it is Sent
ALTER TABLE delivery ADD COLUMN forgiven INTEGER NOT NULL DEFAULT 0;  -- tries before a person released it last
ALTER TABLE attempt ADD COLUMN maybe INTEGER NOT NULL DEFAULT 0;      -- 1: it sent all and got no answer

CREATE INDEX delivery_maybe ON delivery (channel, destination) WHERE maybe = 1;

CREATE TABLE delivery_operation (
    delivery   INTEGER NOT NULL REFERENCES delivery(id),
    number     INTEGER NOT NULL,                -- from 1
    operation  INTEGER NOT NULL,                -- 0 Release, 1 Retry, 2 Skip, 3 Edit, 4 Move, 5 Raise
    at         INTEGER NOT NULL,
    by         TEXT NOT NULL,
    reason     TEXT,
    state      INTEGER NOT NULL,                -- of the delivery, after it
    other      INTEGER,                         -- Move: the other delivery
    content    INTEGER REFERENCES content(id),  -- Edit: the bytes before it; NULL: those of the message
    PRIMARY KEY (delivery, number)
) WITHOUT ROWID;

CREATE TABLE pause (
    id           INTEGER PRIMARY KEY,
    channel      TEXT NOT NULL,
    destination  TEXT NOT NULL,
    at           INTEGER NOT NULL,
    by           TEXT NOT NULL,
    reason       TEXT,
    ended_at     INTEGER,       -- NULL: it holds
    ended_by     TEXT,
    ended_for    TEXT
);

CREATE UNIQUE INDEX pause_open ON pause (channel, destination) WHERE ended_at IS NULL;
