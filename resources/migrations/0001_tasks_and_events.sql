-- Plain SQL that SQLite and PostgreSQL both run. Statements end with a semicolon at the end of a line.
CREATE TABLE note (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE task (
    id TEXT NOT NULL PRIMARY KEY,
    status TEXT NOT NULL,
    priority BIGINT NOT NULL,
    created BIGINT NOT NULL,
    queued BIGINT NOT NULL,
    finished BIGINT NOT NULL,
    project TEXT NOT NULL,
    title TEXT NOT NULL,
    words TEXT NOT NULL,
    position BIGINT NOT NULL,
    data TEXT NOT NULL
);
CREATE INDEX task_newest ON task (created, id);
CREATE INDEX task_by_status ON task (status, created, id);

CREATE TABLE event (
    position BIGINT NOT NULL PRIMARY KEY,
    task TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    time BIGINT NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL
);
CREATE UNIQUE INDEX event_of_attempt ON event (task, attempt, seq);
CREATE INDEX event_of_task ON event (task, position);

CREATE TABLE confirmation (
    id TEXT NOT NULL PRIMARY KEY,
    task TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    state TEXT NOT NULL,
    wrong_tries BIGINT NOT NULL,
    requested BIGINT NOT NULL,
    data TEXT NOT NULL
);
CREATE INDEX confirmation_of_task ON confirmation (task, state);
