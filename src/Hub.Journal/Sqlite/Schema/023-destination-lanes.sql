-- What the lanes of a destination are made of, as its channel file said when what waits for it was given its lanes last.
CREATE TABLE destination_lane (
    channel      TEXT NOT NULL,
    destination  TEXT NOT NULL,
    lane         TEXT NOT NULL,  -- empty: one lane
    PRIMARY KEY (channel, destination)
) WITHOUT ROWID;
