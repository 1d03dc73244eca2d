-- The journal: what arrived, where it goes, and every try to bring it there.
-- Times are microseconds since 1970-01-01 UTC; states and answers are the numbers of the enums in Hub.Contracts
-- (message: 0 Received, 1 Rejected, 2 Filtered, 3 Accepted, 4 Duplicate; delivery: 0 Queued, 1 Sent, 2 Parked).
-- A number is never given twice, because the newest message and the newest delivery are never deleted.

-- Bytes stand apart from the rows that name them, so that a scan over messages reads no content.
-- A message's own bytes are one row, whoever sends them; a delivery that changes them has its own.
CREATE TABLE content (
    id      INTEGER PRIMARY KEY,
    sha256  BLOB NOT NULL,
    bytes   BLOB NOT NULL
);

CREATE TABLE message (
    id            INTEGER PRIMARY KEY,
    channel       TEXT NOT NULL,
    peer          TEXT NOT NULL,
    received_at   INTEGER NOT NULL,
    type          TEXT NOT NULL,
    control_id    TEXT NOT NULL,
    sender        TEXT NOT NULL,
    version       TEXT NOT NULL,
    state         INTEGER NOT NULL,
    answer        INTEGER NOT NULL,
    length        INTEGER NOT NULL,
    sha256        BLOB NOT NULL,
    content       INTEGER NOT NULL REFERENCES content(id),
    problems      TEXT,     -- JSON list of MessageProblem; NULL for none
    flags         TEXT,     -- JSON list of names; NULL for none
    duplicate_of  INTEGER,
    replay_of     INTEGER,
    trace         INTEGER,  -- the message from outside that became this one by way of other channels; NULL: it is one itself
    handed_by     INTEGER   -- the delivery of another channel that handed it to this one
);

-- Finds duplicates (protocol D01), used control ids (D02), and what people search for.
CREATE INDEX message_control_id ON message (control_id, channel, sha256);
CREATE INDEX message_unprocessed ON message (channel) WHERE state = 0;
CREATE INDEX message_trace ON message (trace) WHERE trace IS NOT NULL;
CREATE INDEX message_handed_by ON message (handed_by) WHERE handed_by IS NOT NULL;

CREATE TABLE delivery (
    id              INTEGER PRIMARY KEY,
    message         INTEGER NOT NULL REFERENCES message(id),
    channel         TEXT NOT NULL,
    destination     TEXT NOT NULL,
    lane            INTEGER NOT NULL,
    part            INTEGER NOT NULL,                -- which part of a split message, from 1; 0: the whole
    parts           INTEGER NOT NULL,                -- of how many; 0: the whole
    state           INTEGER NOT NULL,
    attempts        INTEGER NOT NULL,
    first_tried_at  INTEGER,
    due_at          INTEGER,
    reason          TEXT,
    length          INTEGER NOT NULL,
    content         INTEGER REFERENCES content(id),  -- NULL: the bytes of the message
    repeat_of       INTEGER,                         -- the delivery that a person had sent again
    repeated_at     INTEGER
);

CREATE INDEX delivery_message ON delivery (message);
-- Partial, so that a million sent rows slow down neither the lanes nor the list of what is parked.
CREATE INDEX delivery_queued ON delivery (channel, destination) WHERE state = 0;
CREATE INDEX delivery_parked ON delivery (channel, destination) WHERE state = 2;

-- A try and the receiver's answer are one row.
CREATE TABLE attempt (
    delivery     INTEGER NOT NULL REFERENCES delivery(id),
    number       INTEGER NOT NULL,
    started_at   INTEGER NOT NULL,
    duration     INTEGER NOT NULL,  -- microseconds
    state        INTEGER NOT NULL,
    reason       TEXT,
    answer_code  TEXT,
    answer       BLOB,
    PRIMARY KEY (delivery, number)
) WITHOUT ROWID;
