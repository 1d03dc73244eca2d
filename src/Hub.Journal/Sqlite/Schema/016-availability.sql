-- How channels were: one row for each channel and day (of UTC), counted up once a minute while the Hub runs. Minutes that are missing are those in which it did not.
CREATE TABLE channel_day (
    channel  TEXT NOT NULL,
    day      INTEGER NOT NULL,  -- when it begins
    first    INTEGER NOT NULL,  -- the first minute of it that is counted
    last     INTEGER NOT NULL,  -- the last one
    up       INTEGER NOT NULL,
    down     INTEGER NOT NULL,
    off      INTEGER NOT NULL,
    PRIMARY KEY (channel, day)
) WITHOUT ROWID;
