-- How long a message was in each stage; how long it waited for its destinations, and was with them, is in its tries. NULL in rows of before, of which it is not known.
ALTER TABLE message ADD COLUMN waited INTEGER;   -- microseconds from its arrival until its processing began; NULL too while it waits
ALTER TABLE message ADD COLUMN working INTEGER;  -- microseconds of its processing, what was done of it before it was stored included
