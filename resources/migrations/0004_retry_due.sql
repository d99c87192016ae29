-- Ended tasks whose next attempt is still to be queued: an engine that dies in between finds them again.
ALTER TABLE task ADD COLUMN retry_due BIGINT NOT NULL DEFAULT 0;
CREATE INDEX task_retry_due ON task (retry_due) WHERE retry_due = 1;
