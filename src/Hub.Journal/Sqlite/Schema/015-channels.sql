-- Channels that people stopped, and the versions of channel files. Neither is content, and secrets never stand in channel files, so nothing is sealed.
CREATE TABLE channel_stop (
    id         INTEGER PRIMARY KEY,
    channel    TEXT NOT NULL,
    at         INTEGER NOT NULL,
    by         TEXT NOT NULL,
    reason     TEXT,
    ended_at   INTEGER,         -- NULL: it holds
    ended_by   TEXT,
    ended_for  TEXT
);

CREATE UNIQUE INDEX channel_stop_open ON channel_stop (channel) WHERE ended_at IS NULL;

CREATE TABLE channel_version (
    channel   TEXT NOT NULL,
    number    INTEGER NOT NULL, -- from 1
    at        INTEGER NOT NULL,
    by        TEXT NOT NULL,
    hash      TEXT NOT NULL,    -- SHA-256 of the text, hex
    accepted  INTEGER NOT NULL, -- 1: it had no problem
    bytes     INTEGER NOT NULL,
    text      TEXT NOT NULL,
    PRIMARY KEY (channel, number)
);
