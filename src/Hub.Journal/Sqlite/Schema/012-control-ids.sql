-- Messages are found by control id through a table that is written in slices, because an index of hashes is one more page a message in every commit.
CREATE TABLE control_id (
    control  INTEGER NOT NULL,  -- key of the control id as it is searched
    content  INTEGER NOT NULL,  -- key of the hash of the bytes; 0: a duplicate, which is never the first one
    message  INTEGER NOT NULL REFERENCES message(id),
    PRIMARY KEY (control, content, message)
) WITHOUT ROWID;

CREATE TABLE control_id_slice (
    through  INTEGER NOT NULL   -- of all messages up to this one there is a row; of later ones there may be
);

INSERT INTO control_id
SELECT search_key(control_id), CASE state WHEN 4 THEN 0 ELSE search_key(sha256) END, id FROM message WHERE control_id <> ''
ORDER BY 1, 2, 3;

INSERT INTO control_id_slice SELECT coalesce(max(id), 0) FROM message;

DROP INDEX message_control_id;
