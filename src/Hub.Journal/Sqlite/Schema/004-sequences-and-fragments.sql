-- The last sequence number (MSH-13) that was accepted from each sender. Written with the message that has it.
CREATE TABLE sequence (
    channel  TEXT NOT NULL,
    sender   TEXT NOT NULL,
    last     INTEGER,  -- NULL: the next positive number is taken, whatever it is
    PRIMARY KEY (channel, sender)
) WITHOUT ROWID;

-- Messages that are parts of another one (DSC and MSH-14).
CREATE TABLE fragment (
    message    INTEGER PRIMARY KEY REFERENCES message(id),
    channel    TEXT NOT NULL,
    continues  TEXT NOT NULL,  -- MSH-14; empty: the first one
    pointer    TEXT NOT NULL,  -- DSC-1; empty: the last one
    whole      INTEGER         -- the message that they make; NULL: others are missing; 0: they did not come in time
);

CREATE INDEX fragment_open ON fragment (channel) WHERE whole IS NULL;
