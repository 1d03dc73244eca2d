-- Events, the incidents that they are of, and what is mailed about them. None of these rows is written for a message that goes well.
-- Nothing here is content: names, codes, places and words of the Hub, so nothing is sealed.
CREATE TABLE event (
    id           INTEGER PRIMARY KEY,
    at           INTEGER NOT NULL,
    kind         INTEGER NOT NULL,  -- EventKind
    channel      TEXT NOT NULL,
    destination  TEXT NOT NULL,
    fingerprint  TEXT NOT NULL,
    count        INTEGER NOT NULL,  -- how often in one commit
    text         TEXT NOT NULL,
    message      INTEGER,
    delivery     INTEGER,
    is_end       INTEGER NOT NULL,  -- 1: the cause is over
    lasts        INTEGER NOT NULL   -- 1: until an event says that it is over
);

CREATE TABLE incident (
    id               INTEGER PRIMARY KEY,
    kind             INTEGER NOT NULL,
    channel          TEXT NOT NULL,
    destination      TEXT NOT NULL,
    fingerprint      TEXT NOT NULL,
    text             TEXT NOT NULL,
    opened_at        INTEGER NOT NULL,
    last_at          INTEGER NOT NULL,
    closed_at        INTEGER,
    count            INTEGER NOT NULL,
    first_message    INTEGER,
    last_message     INTEGER,
    lasts            INTEGER NOT NULL,
    acknowledged_by  TEXT,
    acknowledged_at  INTEGER,
    muted_until      INTEGER,
    muted_by         TEXT,
    rule             TEXT NOT NULL,
    thread           TEXT NOT NULL,
    mails            INTEGER NOT NULL,
    count_mailed     INTEGER NOT NULL,
    mailed_at        INTEGER,
    escalated_at     INTEGER
);

-- One cause is one open incident.
CREATE UNIQUE INDEX incident_open ON incident (kind, channel, destination, fingerprint) WHERE closed_at IS NULL;

CREATE TABLE mail (
    id          INTEGER PRIMARY KEY,
    incident    INTEGER,
    recipients  TEXT NOT NULL,      -- JSON list
    subject     TEXT NOT NULL,
    text        TEXT NOT NULL,
    html        TEXT NOT NULL,
    message_id  TEXT NOT NULL,
    thread      TEXT NOT NULL,
    at          INTEGER NOT NULL,
    due_at      INTEGER NOT NULL,
    state       INTEGER NOT NULL,   -- 0 Queued, 1 Sent, 2 Failed
    attempts    INTEGER NOT NULL,
    reason      TEXT
);

CREATE INDEX mail_queued ON mail (due_at) WHERE state = 0;
CREATE INDEX mail_incident ON mail (incident);

-- One row: through which event the alerts have come.
CREATE TABLE alerts (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    through  INTEGER NOT NULL
);
