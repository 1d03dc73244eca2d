-- When the Hub ran: one row for each time without a gap, written on once a minute. What was counted of channels by day says so roughly of before.
CREATE TABLE lived (
    first  INTEGER PRIMARY KEY,  -- the first minute
    last   INTEGER NOT NULL      -- the last one
);

INSERT INTO lived (first, last) SELECT min(first), max(last) FROM channel_day GROUP BY day;
