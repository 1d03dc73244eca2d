-- Sealed bytes are bound to the channel that they were stored in, and those of a delivery to its destination too. NULL: a row from before, bound to its message alone.
ALTER TABLE content ADD COLUMN bound TEXT;

-- Whether a part is one that came before, by what follows its header.
ALTER TABLE fragment ADD COLUMN body TEXT NOT NULL DEFAULT '';         -- key of it; empty: not known, as of rows from before
ALTER TABLE fragment ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;    -- 1: it was refused when it came, and never waited
ALTER TABLE fragment ADD COLUMN again INTEGER NOT NULL DEFAULT 0;      -- 1: it came again, after it or one that belongs to it had been set aside
