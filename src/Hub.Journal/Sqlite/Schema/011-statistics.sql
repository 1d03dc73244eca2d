-- What happened each minute: one row for each minute, channel, destination and type in which something did. Counted in memory, written when the minute is over.
CREATE TABLE statistic (
    minute       INTEGER NOT NULL,  -- when it begins
    channel      TEXT NOT NULL,
    destination  TEXT NOT NULL,     -- '': what came in
    type         TEXT NOT NULL,
    received     INTEGER NOT NULL,
    rejected     INTEGER NOT NULL,
    filtered     INTEGER NOT NULL,
    duplicates   INTEGER NOT NULL,
    bytes        INTEGER NOT NULL,
    delivered    INTEGER NOT NULL,
    parked       INTEGER NOT NULL,
    attempts     INTEGER NOT NULL,
    sending      INTEGER NOT NULL,  -- microseconds
    latency      BLOB NOT NULL,     -- LatencyHistogram
    PRIMARY KEY (minute, channel, destination, type)
) WITHOUT ROWID;

-- One row. Minutes before this one are written; of later ones nothing is when whole is 0, and they are counted anew from messages after a crash.
CREATE TABLE statistics (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    through  INTEGER NOT NULL,
    whole    INTEGER NOT NULL       -- 1: the Hub was stopped, and all is written
);
