CREATE INDEX task_of_project ON task (project, created, id);
