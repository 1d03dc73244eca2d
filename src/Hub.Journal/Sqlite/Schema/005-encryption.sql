-- Encryption. What holds patients' data is written as a sealed value: the number of a row here, a nonce, the encrypted bytes and their tag
-- (RowCipher.cs). A column of text holds a BLOB where its value is sealed; rows from before stay as they are.
CREATE TABLE encryption (
    id      INTEGER PRIMARY KEY,  -- one each time a Hub opens the journal to write
    key     TEXT NOT NULL,        -- the key, by the name of its file; empty: what is written from here on is not encrypted
    proof   BLOB NOT NULL,        -- made from the key, so that a wrong one is noticed
    salt    BLOB NOT NULL,        -- makes the key of the rows from the key of the file
    since   INTEGER NOT NULL,     -- nothing that was written under the key before is younger
    folder  TEXT NOT NULL         -- where the key's file was
);

ALTER TABLE content ADD COLUMN key INTEGER;      -- NULL: plain, and sha256 is their hash; otherwise a row of encryption, and sha256 is empty
ALTER TABLE content ADD COLUMN message INTEGER;  -- of a sealed row: the message that it was written for; it opens as nothing else
ALTER TABLE content ADD COLUMN place INTEGER;    -- 0: as received; from 1: of that one of the deliveries

-- Sealed: control id, sender and the SHA-256 of the content. The columns control_id, sender and sha256 then hold 16 bytes of
-- HMAC-SHA-256 each, so that the index finds equal ones.
ALTER TABLE message ADD COLUMN header BLOB;

ALTER TABLE attempt ADD COLUMN key INTEGER;      -- NULL: the answer is plain; otherwise a row of encryption
