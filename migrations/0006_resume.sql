-- breaking: false
-- The resume queue: what died in mid-work, what was done about it, and who may do it.

-- A session that a person wants revived; the sessions of runs need no mark.
ALTER TABLE sessions ADD COLUMN autonomous INTEGER NOT NULL DEFAULT 0 CHECK (autonomous IN (0, 1));

CREATE TABLE resume_entries (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  death TEXT NOT NULL UNIQUE, -- names the one death that it is about: none is ever answered twice
  session_id TEXT NOT NULL,
  run_id TEXT, -- NULL: a session that a person marked
  state TEXT NOT NULL
    CHECK (state IN ('queued', 'starting', 'respawned', 'cancelled', 'invalidated', 'gave-up')),
  reason TEXT -- why it was invalidated or given up
    CHECK ((reason IS NOT NULL) = (state IN ('invalidated', 'gave-up'))),
  died_at TEXT NOT NULL,
  why TEXT NOT NULL, -- how it died, in a sentence
  unfinished TEXT NOT NULL, -- JSON: the signs that it was collected for, {strong, weak}
  directory TEXT NOT NULL,
  branch TEXT, -- NULL: no branch, which has to stay so
  transcript TEXT, -- NULL: none was ever written
  transcript_mark TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt_at TEXT, -- NULL: now
  turn_id TEXT -- the turn of the last attempt
    CHECK (turn_id IS NOT NULL OR state NOT IN ('starting', 'respawned')),
  would_resume_at TEXT, -- a dry run came to it
  queued_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  ended_at TEXT CHECK ((ended_at IS NULL) = (state IN ('queued', 'starting'))),
  version INTEGER NOT NULL DEFAULT 1 -- compare-and-set on every write
) STRICT;
-- Two revivals of one session at once cannot be written.
CREATE UNIQUE INDEX resume_entries_open ON resume_entries (session_id)
  WHERE state IN ('queued', 'starting');
CREATE INDEX resume_entries_by_session ON resume_entries (session_id, seq);
CREATE INDEX resume_entries_by_end ON resume_entries (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE resume_history (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  entry_id TEXT NOT NULL REFERENCES resume_entries (id) ON DELETE CASCADE,
  at TEXT NOT NULL,
  what TEXT NOT NULL,
  detail TEXT
) STRICT;
CREATE INDEX resume_history_by_entry ON resume_history (entry_id, seq);

-- A death that got no entry, and why. One that may pass is recorded once and judged again.
CREATE TABLE resume_refusals (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  death TEXT NOT NULL,
  session_id TEXT,
  run_id TEXT,
  at TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  UNIQUE (death, reason)
) STRICT;
CREATE INDEX resume_refusals_by_time ON resume_refusals (at);

-- Tombstones: that something was revived outlives its entry, so that a cap is a cap.
CREATE TABLE resume_tombstones (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  entry_id TEXT NOT NULL,
  turn_id TEXT NOT NULL UNIQUE, -- one revival is counted once
  session_id TEXT NOT NULL,
  run_id TEXT,
  at TEXT NOT NULL
) STRICT;
CREATE INDEX resume_tombstones_by_time ON resume_tombstones (at);
CREATE INDEX resume_tombstones_by_session ON resume_tombstones (session_id, at);
CREATE INDEX resume_tombstones_by_run ON resume_tombstones (run_id, at);

CREATE TABLE resume_brakes (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  paused_at TEXT, -- by a person
  failures INTEGER NOT NULL DEFAULT 0, -- attempts in a row that failed, over all entries
  breaker_until TEXT
) STRICT;

-- Each change of what the host lock says to this machine.
CREATE TABLE host_lock_changes (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  held INTEGER NOT NULL CHECK (held IN (0, 1)),
  reason TEXT NOT NULL, -- how it was taken, or why not
  detail TEXT NOT NULL,
  hint TEXT
) STRICT;

-- What the spend of a day is added up by, and what is looked at for deaths.
CREATE INDEX turns_by_start ON turns (started_at);
CREATE INDEX reapings_by_time ON reapings (at);
CREATE INDEX events_stop_failures ON events (session_id, seq) WHERE event = 'StopFailure';

CREATE TRIGGER resume_entries_same BEFORE UPDATE OF seq, id, death, session_id, run_id, died_at, why, directory ON resume_entries BEGIN
  SELECT RAISE(ABORT, 'an entry is about one death for ever');
END;

CREATE TRIGGER resume_entries_respawned BEFORE UPDATE ON resume_entries WHEN OLD.state = 'respawned' BEGIN
  SELECT RAISE(ABORT, 'what was revived is revived');
END;

CREATE TRIGGER resume_entries_keep_open BEFORE DELETE ON resume_entries
WHEN OLD.state IN ('queued', 'starting') BEGIN
  SELECT RAISE(ABORT, 'an open entry is never deleted');
END;

CREATE TRIGGER resume_entries_insert AFTER INSERT ON resume_entries BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version, new)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'resume_entries', NEW.id, 'insert',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations),
    json_object(
      'seq', NEW.seq, 'id', NEW.id, 'death', NEW.death, 'session_id', NEW.session_id, 'run_id', NEW.run_id,
      'state', NEW.state, 'reason', NEW.reason, 'died_at', NEW.died_at, 'why', NEW.why,
      'unfinished', json(NEW.unfinished), 'directory', NEW.directory, 'branch', NEW.branch,
      'transcript', NEW.transcript, 'transcript_mark', NEW.transcript_mark, 'attempts', NEW.attempts,
      'next_attempt_at', NEW.next_attempt_at, 'turn_id', NEW.turn_id,
      'would_resume_at', NEW.would_resume_at, 'queued_at', NEW.queued_at, 'expires_at', NEW.expires_at,
      'ended_at', NEW.ended_at, 'version', NEW.version
    )
  );
END;

CREATE TRIGGER resume_entries_update AFTER UPDATE ON resume_entries BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version, old, new)
  SELECT
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'resume_entries', NEW.id, 'update',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations),
    json_group_object(name, was), json_group_object(name, now)
  FROM (
    SELECT 'state' AS name, OLD.state AS was, NEW.state AS now
    UNION ALL SELECT 'reason', OLD.reason, NEW.reason
    UNION ALL SELECT 'unfinished', OLD.unfinished, NEW.unfinished
    UNION ALL SELECT 'branch', OLD.branch, NEW.branch
    UNION ALL SELECT 'transcript', OLD.transcript, NEW.transcript
    UNION ALL SELECT 'transcript_mark', OLD.transcript_mark, NEW.transcript_mark
    UNION ALL SELECT 'attempts', OLD.attempts, NEW.attempts
    UNION ALL SELECT 'next_attempt_at', OLD.next_attempt_at, NEW.next_attempt_at
    UNION ALL SELECT 'turn_id', OLD.turn_id, NEW.turn_id
    UNION ALL SELECT 'would_resume_at', OLD.would_resume_at, NEW.would_resume_at
    UNION ALL SELECT 'queued_at', OLD.queued_at, NEW.queued_at
    UNION ALL SELECT 'expires_at', OLD.expires_at, NEW.expires_at
    UNION ALL SELECT 'ended_at', OLD.ended_at, NEW.ended_at
    UNION ALL SELECT 'version', OLD.version, NEW.version
  )
  WHERE was IS NOT now;
END;

CREATE TRIGGER resume_entries_delete AFTER DELETE ON resume_entries BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'resume_entries', OLD.id, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
END;

CREATE TRIGGER resume_history_insert AFTER INSERT ON resume_history BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version, new)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'resume_history', NEW.seq, 'insert',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations),
    json_object(
      'seq', NEW.seq, 'entry_id', NEW.entry_id, 'at', NEW.at, 'what', NEW.what, 'detail', NEW.detail
    )
  );
END;

CREATE TRIGGER resume_history_immutable BEFORE UPDATE ON resume_history BEGIN
  SELECT RAISE(ABORT, 'history is never rewritten');
END;

CREATE TRIGGER resume_history_delete AFTER DELETE ON resume_history BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'resume_history', OLD.seq, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
END;

CREATE TRIGGER resume_refusals_insert AFTER INSERT ON resume_refusals BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version, new)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'resume_refusals', NEW.seq, 'insert',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations),
    json_object(
      'seq', NEW.seq, 'death', NEW.death, 'session_id', NEW.session_id, 'run_id', NEW.run_id, 'at', NEW.at,
      'reason', NEW.reason, 'detail', NEW.detail
    )
  );
END;

CREATE TRIGGER resume_refusals_immutable BEFORE UPDATE ON resume_refusals BEGIN
  SELECT RAISE(ABORT, 'a refusal is a fact of its moment');
END;

CREATE TRIGGER resume_refusals_delete AFTER DELETE ON resume_refusals BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'resume_refusals', OLD.seq, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
END;

CREATE TRIGGER resume_tombstones_insert AFTER INSERT ON resume_tombstones BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version, new)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'resume_tombstones', NEW.seq, 'insert',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations),
    json_object(
      'seq', NEW.seq, 'entry_id', NEW.entry_id, 'turn_id', NEW.turn_id, 'session_id', NEW.session_id,
      'run_id', NEW.run_id, 'at', NEW.at
    )
  );
END;

CREATE TRIGGER resume_tombstones_immutable BEFORE UPDATE ON resume_tombstones BEGIN
  SELECT RAISE(ABORT, 'a tombstone is never rewritten');
END;

CREATE TRIGGER resume_tombstones_delete AFTER DELETE ON resume_tombstones BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'resume_tombstones', OLD.seq, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
END;

CREATE TRIGGER resume_brakes_insert AFTER INSERT ON resume_brakes BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version, new)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'resume_brakes', NEW.id, 'insert',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations),
    json_object(
      'id', NEW.id, 'paused_at', NEW.paused_at, 'failures', NEW.failures, 'breaker_until', NEW.breaker_until
    )
  );
END;

CREATE TRIGGER resume_brakes_update AFTER UPDATE ON resume_brakes BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version, old, new)
  SELECT
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'resume_brakes', NEW.id, 'update',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations),
    json_group_object(name, was), json_group_object(name, now)
  FROM (
    SELECT 'paused_at' AS name, OLD.paused_at AS was, NEW.paused_at AS now
    UNION ALL SELECT 'failures', OLD.failures, NEW.failures
    UNION ALL SELECT 'breaker_until', OLD.breaker_until, NEW.breaker_until
  )
  WHERE was IS NOT now;
END;

CREATE TRIGGER resume_brakes_same BEFORE UPDATE OF id ON resume_brakes BEGIN
  SELECT RAISE(ABORT, 'there is one row of brakes');
END;

CREATE TRIGGER resume_brakes_delete AFTER DELETE ON resume_brakes BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'resume_brakes', OLD.id, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
END;

CREATE TRIGGER host_lock_changes_insert AFTER INSERT ON host_lock_changes BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version, new)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'host_lock_changes', NEW.seq, 'insert',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations),
    json_object(
      'seq', NEW.seq, 'at', NEW.at, 'held', NEW.held, 'reason', NEW.reason, 'detail', NEW.detail,
      'hint', NEW.hint
    )
  );
END;

CREATE TRIGGER host_lock_changes_immutable BEFORE UPDATE ON host_lock_changes BEGIN
  SELECT RAISE(ABORT, 'what the lock said is never rewritten');
END;

CREATE TRIGGER host_lock_changes_delete AFTER DELETE ON host_lock_changes BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'host_lock_changes', OLD.seq, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
END;

-- The same as before, with the mark.
DROP TRIGGER sessions_insert;
DROP TRIGGER sessions_update;
CREATE TRIGGER sessions_insert AFTER INSERT ON sessions BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version, new)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'sessions', NEW.id, 'insert',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations),
    json_object(
      'id', NEW.id, 'state', NEW.state, 'reason', NEW.reason, 'project', NEW.project, 'cwd', NEW.cwd,
      'model', NEW.model, 'transcript_path', NEW.transcript_path, 'permission_mode', NEW.permission_mode,
      'pid', NEW.pid, 'process_start', NEW.process_start, 'boot_id', NEW.boot_id,
      'autonomous', NEW.autonomous, 'started_at', NEW.started_at, 'ended_at', NEW.ended_at,
      'version', NEW.version
    )
  );
END;

CREATE TRIGGER sessions_update AFTER UPDATE ON sessions BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version, old, new)
  SELECT
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'sessions', NEW.id, 'update',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations),
    json_group_object(name, was), json_group_object(name, now)
  FROM (
    SELECT 'state' AS name, OLD.state AS was, NEW.state AS now
    UNION ALL SELECT 'reason', OLD.reason, NEW.reason
    UNION ALL SELECT 'project', OLD.project, NEW.project
    UNION ALL SELECT 'cwd', OLD.cwd, NEW.cwd
    UNION ALL SELECT 'model', OLD.model, NEW.model
    UNION ALL SELECT 'transcript_path', OLD.transcript_path, NEW.transcript_path
    UNION ALL SELECT 'permission_mode', OLD.permission_mode, NEW.permission_mode
    UNION ALL SELECT 'pid', OLD.pid, NEW.pid
    UNION ALL SELECT 'process_start', OLD.process_start, NEW.process_start
    UNION ALL SELECT 'boot_id', OLD.boot_id, NEW.boot_id
    UNION ALL SELECT 'autonomous', OLD.autonomous, NEW.autonomous
    UNION ALL SELECT 'started_at', OLD.started_at, NEW.started_at
    UNION ALL SELECT 'ended_at', OLD.ended_at, NEW.ended_at
    UNION ALL SELECT 'version', OLD.version, NEW.version
  )
  WHERE was IS NOT now;
END;
