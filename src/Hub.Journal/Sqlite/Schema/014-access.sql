-- Who did what, as a chain: each row has a MAC over the one before it and its own values, so that a row that is changed, exchanged or left out is found.
-- Rows are never changed nor removed, by nobody. What was done and why is sealed: a search may name a patient.
CREATE TABLE audit (
    id       INTEGER PRIMARY KEY,  -- from 1, without a gap
    at       INTEGER NOT NULL,
    who      TEXT NOT NULL,
    act      INTEGER NOT NULL,     -- AuditAct
    origin   TEXT NOT NULL,
    channel  TEXT NOT NULL,
    message  INTEGER,
    text     TEXT NOT NULL,
    reason   TEXT NOT NULL,
    key      TEXT NOT NULL,        -- name of the key of the MAC; '': the journal had none
    mac      BLOB NOT NULL
);

CREATE INDEX audit_message ON audit (message) WHERE message IS NOT NULL;

-- Accounts, tokens and sessions: values of Hub.Dashboard, sealed.
CREATE TABLE access (
    kind     INTEGER NOT NULL,     -- AccessKind
    id       TEXT NOT NULL,
    version  INTEGER NOT NULL,
    value    TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;
