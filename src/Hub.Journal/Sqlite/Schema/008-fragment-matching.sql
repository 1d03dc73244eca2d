-- Parts of messages are matched in the transaction that stores them. The keys say only what is the same as what.
ALTER TABLE fragment ADD COLUMN sender TEXT NOT NULL DEFAULT '';         -- key of the sender
ALTER TABLE fragment ADD COLUMN continues_key TEXT NOT NULL DEFAULT '';  -- key of MSH-14; empty: the first one
ALTER TABLE fragment ADD COLUMN pointer_key TEXT NOT NULL DEFAULT '';    -- key of DSC-1; empty: the last one
ALTER TABLE fragment ADD COLUMN first INTEGER;                           -- the first part, once all of them are there
ALTER TABLE fragment ADD COLUMN number INTEGER NOT NULL DEFAULT 0;       -- its place among them, from 1
ALTER TABLE fragment ADD COLUMN used_until INTEGER;                      -- it was set aside, and until then no other with its pointers is taken

CREATE INDEX fragment_waiting ON fragment (channel, sender) WHERE whole IS NULL AND first IS NULL;
CREATE INDEX fragment_used ON fragment (channel, sender, used_until) WHERE used_until IS NOT NULL;
