-- What statistics are counted from: one row for each attempt, tool call and command, and each file of an attempt.
-- Attempt 0 of a task holds what all of its runs have in common. A run stays when its task is deleted, so that costs and success rates of the past do not change; the rest goes along.
CREATE TABLE run (
    task TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    project TEXT NOT NULL,
    agent TEXT NOT NULL,
    agent_type TEXT NOT NULL,
    started BIGINT NOT NULL,
    ended BIGINT NOT NULL,
    status TEXT NOT NULL,
    cost DOUBLE PRECISION NOT NULL,
    input_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    PRIMARY KEY (task, attempt)
);
CREATE INDEX run_started ON run (started);

CREATE TABLE tool_use (
    task TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    time BIGINT NOT NULL,
    tool TEXT NOT NULL,
    ok BIGINT NOT NULL,
    duration BIGINT NOT NULL,
    error_category TEXT NOT NULL,
    error TEXT NOT NULL,
    PRIMARY KEY (task, attempt, seq)
);
CREATE INDEX tool_use_time ON tool_use (time);

CREATE TABLE command_use (
    task TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    time BIGINT NOT NULL,
    command TEXT NOT NULL,
    ok BIGINT NOT NULL,
    duration BIGINT NOT NULL,
    PRIMARY KEY (task, attempt, seq)
);
CREATE INDEX command_use_time ON command_use (time);

CREATE TABLE file_use (
    task TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    path TEXT NOT NULL,
    time BIGINT NOT NULL,
    changes BIGINT NOT NULL,
    added BIGINT NOT NULL,
    removed BIGINT NOT NULL,
    PRIMARY KEY (task, attempt, path)
);
CREATE INDEX file_use_time ON file_use (time);
