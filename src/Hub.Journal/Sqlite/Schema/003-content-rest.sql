-- What follows the first MiB of long bytes, in pieces of a MiB.
CREATE TABLE content_rest (
    content  INTEGER NOT NULL REFERENCES content(id),
    piece    INTEGER NOT NULL,  -- from 1
    bytes    BLOB NOT NULL,
    PRIMARY KEY (content, piece)
);
