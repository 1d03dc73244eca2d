-- The messages of a batch are rows of their own, written with the row of the batch, which has the bytes as received, no deliveries but an answer, and state 6 Divided.
ALTER TABLE message ADD COLUMN batch INTEGER;  -- the batch that it came in; NULL: it came alone
ALTER TABLE message ADD COLUMN place INTEGER;  -- of a message of a batch which one it is, from 1; of a batch how many it has

CREATE INDEX message_batch ON message (batch, place) WHERE batch IS NOT NULL;
