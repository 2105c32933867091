-- breaking: false
-- Runs: an objective that is driven through as many turns as it takes.

CREATE TABLE runs (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL
    CHECK (state IN ('seed', 'spawning', 'running', 'waiting', 'completed', 'failed', 'killed')),
  reason TEXT -- why it failed, or what it waits for
    CHECK ((reason IS NOT NULL) OR state <> 'failed'),
  detail TEXT, -- the same in a sentence
  next_step TEXT CHECK (next_step IN ('look', 'turn')) -- what a waiting one does next
    CHECK ((next_step IS NOT NULL) = (state = 'waiting')),
  wait_until TEXT, -- and when; null: now
  objective TEXT NOT NULL,
  project TEXT NOT NULL,
  directory TEXT NOT NULL, -- where its turns run
  worktree TEXT, -- null: it works in place
  branch TEXT,
  new_branch INTEGER NOT NULL CHECK (new_branch IN (0, 1)), -- made for this run
  start_point TEXT, -- what a new branch is made from
  base_commit TEXT, -- where its own commits begin
  session_id TEXT, -- null until its first turn
  claude TEXT NOT NULL, -- absolute path of the client
  model TEXT,
  permission_mode TEXT NOT NULL,
  max_turns INTEGER CHECK (max_turns > 0), -- null: no limit
  max_usd REAL CHECK (max_usd > 0), -- null: no limit
  turns_before INTEGER NOT NULL DEFAULT 0, -- turns that do not count any more: a person asked for more
  until_command TEXT,
  until_result TEXT, -- JSON: how the command ended last
  setup_command TEXT,
  setup_output TEXT,
  command TEXT, -- JSON: the identity of the process that one of the two commands runs as
  says TEXT NOT NULL, -- JSON: texts that wait for the next turn
  tries INTEGER NOT NULL DEFAULT 0, -- turns in a row that the API refused
  idle INTEGER NOT NULL DEFAULT 0, -- turns in a row that did nothing and left the same things open
  open_before TEXT, -- what was open after the last turn, hashed
  kill_asked_at TEXT,
  external_key TEXT,
  created_at TEXT NOT NULL,
  ended_at TEXT CHECK ((ended_at IS NOT NULL) = (state IN ('completed', 'failed', 'killed'))),
  cleaned_at TEXT, -- its worktree was removed
  version INTEGER NOT NULL DEFAULT 1 -- compare-and-set on every write
) STRICT;
-- Two at once for one key, or for one branch, cannot be written.
CREATE UNIQUE INDEX runs_open_key ON runs (external_key)
  WHERE state NOT IN ('completed', 'failed', 'killed');
CREATE UNIQUE INDEX runs_live_branch ON runs (project, branch)
  WHERE state NOT IN ('completed', 'failed', 'killed');
CREATE INDEX runs_live ON runs (state) WHERE state NOT IN ('completed', 'failed', 'killed');
CREATE INDEX runs_by_project ON runs (project, seq);
CREATE INDEX runs_by_session ON runs (session_id);
CREATE INDEX runs_by_end ON runs (ended_at) WHERE ended_at IS NOT NULL;

-- Only a seed is ever deleted by a person's word; history goes by age alone, and nothing live goes.
CREATE TRIGGER runs_keep_live BEFORE DELETE ON runs
WHEN OLD.state NOT IN ('seed', 'completed', 'failed', 'killed') BEGIN
  SELECT RAISE(ABORT, 'a live run is never deleted');
END;

CREATE TRIGGER runs_same BEFORE UPDATE OF
  seq, id, objective, project, directory, worktree, branch, new_branch, start_point, base_commit,
  until_command, setup_command, external_key, created_at
ON runs BEGIN
  SELECT RAISE(ABORT, 'what makes a run the one it is never changes');
END;

CREATE TRIGGER runs_insert AFTER INSERT ON runs BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version, new)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'runs', NEW.id, 'insert',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations),
    json_object(
      'seq', NEW.seq, 'id', NEW.id, 'state', NEW.state, 'reason', NEW.reason, 'detail', NEW.detail,
      'next_step', NEW.next_step, 'wait_until', NEW.wait_until, 'objective', NEW.objective,
      'project', NEW.project, 'directory', NEW.directory, 'worktree', NEW.worktree, 'branch', NEW.branch,
      'new_branch', NEW.new_branch, 'start_point', NEW.start_point, 'base_commit', NEW.base_commit,
      'session_id', NEW.session_id, 'claude', NEW.claude, 'model', NEW.model,
      'permission_mode', NEW.permission_mode, 'max_turns', NEW.max_turns, 'max_usd', NEW.max_usd,
      'turns_before', NEW.turns_before, 'until_command', NEW.until_command,
      'until_result', json(NEW.until_result), 'setup_command', NEW.setup_command,
      'setup_output', NEW.setup_output, 'command', json(NEW.command), 'says', json(NEW.says),
      'tries', NEW.tries, 'idle', NEW.idle, 'open_before', NEW.open_before,
      'kill_asked_at', NEW.kill_asked_at, 'external_key', NEW.external_key, 'created_at', NEW.created_at,
      'ended_at', NEW.ended_at, 'cleaned_at', NEW.cleaned_at, 'version', NEW.version
    )
  );
END;

CREATE TRIGGER runs_update AFTER UPDATE ON runs BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version, old, new)
  SELECT
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'runs', NEW.id, 'update',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations),
    json_group_object(name, was), json_group_object(name, now)
  FROM (
    SELECT 'state' AS name, OLD.state AS was, NEW.state AS now
    UNION ALL SELECT 'reason', OLD.reason, NEW.reason
    UNION ALL SELECT 'detail', OLD.detail, NEW.detail
    UNION ALL SELECT 'next_step', OLD.next_step, NEW.next_step
    UNION ALL SELECT 'wait_until', OLD.wait_until, NEW.wait_until
    UNION ALL SELECT 'session_id', OLD.session_id, NEW.session_id
    UNION ALL SELECT 'claude', OLD.claude, NEW.claude
    UNION ALL SELECT 'model', OLD.model, NEW.model
    UNION ALL SELECT 'permission_mode', OLD.permission_mode, NEW.permission_mode
    UNION ALL SELECT 'max_turns', OLD.max_turns, NEW.max_turns
    UNION ALL SELECT 'max_usd', OLD.max_usd, NEW.max_usd
    UNION ALL SELECT 'turns_before', OLD.turns_before, NEW.turns_before
    UNION ALL SELECT 'until_result', OLD.until_result, NEW.until_result
    UNION ALL SELECT 'setup_output', OLD.setup_output, NEW.setup_output
    UNION ALL SELECT 'command', OLD.command, NEW.command
    UNION ALL SELECT 'says', OLD.says, NEW.says
    UNION ALL SELECT 'tries', OLD.tries, NEW.tries
    UNION ALL SELECT 'idle', OLD.idle, NEW.idle
    UNION ALL SELECT 'open_before', OLD.open_before, NEW.open_before
    UNION ALL SELECT 'kill_asked_at', OLD.kill_asked_at, NEW.kill_asked_at
    UNION ALL SELECT 'ended_at', OLD.ended_at, NEW.ended_at
    UNION ALL SELECT 'cleaned_at', OLD.cleaned_at, NEW.cleaned_at
    UNION ALL SELECT 'version', OLD.version, NEW.version
  )
  WHERE was IS NOT now;
END;

CREATE TRIGGER runs_delete AFTER DELETE ON runs BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'runs', OLD.id, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
END;
