-- Messages that are taken up again together (hub replay).
CREATE TABLE replay (
    id          INTEGER PRIMARY KEY,
    begun_at    INTEGER NOT NULL,
    changed_at  INTEGER NOT NULL,
    state       INTEGER NOT NULL,  -- 0 Running, 1 Paused, 2 Done, 3 Cancelled
    what        TEXT NOT NULL,     -- for people
    plan        TEXT NOT NULL,     -- JSON, for the one who carries it out
    total       INTEGER NOT NULL,
    done        INTEGER NOT NULL,
    failed      INTEGER NOT NULL,
    reason      TEXT
);

-- Each message of a replay, written with what became of it, so that a stop repeats none and forgets none.
CREATE TABLE replay_item (
    replay   INTEGER NOT NULL REFERENCES replay(id),
    item     INTEGER NOT NULL,  -- the message that is taken up; of files the place among their messages, from 1
    message  INTEGER,           -- what it became; NULL: it could not be taken up
    reason   TEXT,              -- why not
    PRIMARY KEY (replay, item)
) WITHOUT ROWID;

CREATE INDEX replay_item_message ON replay_item (message) WHERE message IS NOT NULL;

-- When the bytes of a message were removed by retention; NULL: they are there. The row stays for as long as "record" says.
ALTER TABLE message ADD COLUMN content_removed_at INTEGER;

-- The duplicates of a message lose their bytes with it.
CREATE INDEX message_duplicate ON message (duplicate_of) WHERE duplicate_of IS NOT NULL;

-- How far retention has come: all messages up to these numbers were looked at.
CREATE TABLE retention (
    phase    INTEGER PRIMARY KEY,  -- 0 content, 1 record
    through  INTEGER NOT NULL
);

-- Messages that were passed over, and when they are looked at again.
CREATE TABLE retention_left (
    phase       INTEGER NOT NULL,
    due_at      INTEGER NOT NULL,
    message     INTEGER NOT NULL,
    unfinished  INTEGER NOT NULL,  -- 1: it waits for a delivery or a person, not for its time
    PRIMARY KEY (phase, due_at, message)
) WITHOUT ROWID;

-- The rules of each channel that was ever seen: they hold when its file is gone or cannot be read.
CREATE TABLE retention_rule (
    channel  TEXT PRIMARY KEY,
    content  INTEGER NOT NULL,  -- microseconds, as the others
    record   INTEGER NOT NULL,
    repeats  INTEGER NOT NULL   -- how far back duplicates are looked for
) WITHOUT ROWID;
