-- How queues stood at the end of each minute: one row for each minute and destination in which something waited. Written with the statistics of the minute.
CREATE TABLE queue_minute (
    minute       INTEGER NOT NULL,  -- when it begins
    channel      TEXT NOT NULL,
    destination  TEXT NOT NULL,
    depth        INTEGER NOT NULL,  -- deliveries that waited
    oldest       INTEGER NOT NULL,  -- microseconds since the oldest of their messages arrived
    PRIMARY KEY (minute, channel, destination)
) WITHOUT ROWID;
