-- What the words of title and goal lead to (filled by the program: splitting text is not SQL's trade), and how many tasks
-- there are of each kind, so that no list has to count them.
CREATE TABLE task_word (
    word TEXT NOT NULL,
    created BIGINT NOT NULL,
    task TEXT NOT NULL,
    PRIMARY KEY (word, created, task)
);
CREATE TABLE task_count (
    project TEXT NOT NULL,
    status TEXT NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (project, status)
);
INSERT INTO task_count (project, status, number) SELECT project, status, count(*) FROM task GROUP BY project, status;
