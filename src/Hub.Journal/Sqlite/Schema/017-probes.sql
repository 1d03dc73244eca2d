-- What availability is known from beside how channels stand: minutes in which a probe was answered, and in which messages came.
ALTER TABLE channel_day ADD COLUMN probed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE channel_day ADD COLUMN spoken INTEGER NOT NULL DEFAULT 0;
