-- The schema after all migrations, for reading and for review. Nothing runs this file.
-- Written by: UPDATE_SCHEMA=1 npx vitest run test/store/schema.test.ts

CREATE TABLE changes (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  table_name TEXT NOT NULL,
  row_id TEXT NOT NULL,
  op TEXT NOT NULL CHECK (op IN ('insert', 'update', 'delete')),
  machine_id TEXT NOT NULL,
  schema_version INTEGER NOT NULL,
  old TEXT, -- update: the columns that differ, as they were
  new TEXT  -- insert: all columns; update: those that differ
) STRICT;

CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE, -- the hook's idempotency key
  event TEXT NOT NULL,
  session_id TEXT,
  agent_id TEXT, -- set inside a subagent
  tool_name TEXT,
  tool_use_id TEXT,
  source TEXT NOT NULL,
  via TEXT NOT NULL CHECK (via IN ('live', 'spool')),
  at TEXT NOT NULL, -- when it happened; a spooled one: its file's time
  received_at TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('applied', 'stored', 'refused-move', 'duplicate', 'sample')),
  detail TEXT, -- why, where the outcome alone does not tell
  body_bytes INTEGER NOT NULL, -- the true length, also of a body that was cut
  body_hash TEXT NOT NULL, -- of the bytes as sent: tells a retry from a clash, and a double from a second event
  body TEXT -- NULL once it was pruned; last, so that the columns before it are read without it
) STRICT;

CREATE INDEX events_by_session ON events (session_id, seq);

CREATE INDEX events_from_plugin ON events (body_hash) WHERE source = 'plugin';

CREATE TRIGGER events_delete AFTER DELETE ON events BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'events', OLD.id, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
END;

CREATE TRIGGER events_immutable BEFORE UPDATE OF
  seq, id, event, session_id, agent_id, tool_name, tool_use_id, source, via, at, received_at, outcome,
  detail, body_bytes, body_hash
ON events BEGIN
  SELECT RAISE(ABORT, 'an event is never rewritten');
END;

CREATE TRIGGER events_insert AFTER INSERT ON events BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version, new)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'events', NEW.id, 'insert',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations),
    json_object(
      'seq', NEW.seq, 'id', NEW.id, 'event', NEW.event, 'session_id', NEW.session_id,
      'agent_id', NEW.agent_id, 'tool_name', NEW.tool_name, 'tool_use_id', NEW.tool_use_id,
      'source', NEW.source, 'via', NEW.via, 'at', NEW.at, 'received_at', NEW.received_at,
      'outcome', NEW.outcome, 'detail', NEW.detail, 'body_bytes', NEW.body_bytes
    )
  );
END;

CREATE TABLE machine (
  -- One row: the random id of this installation.
  only INTEGER PRIMARY KEY CHECK (only = 1),
  id TEXT NOT NULL
) STRICT;

CREATE TABLE migrations (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    breaking INTEGER NOT NULL,
    applied_at TEXT NOT NULL,
    applied_by TEXT NOT NULL
  ) STRICT;

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  state TEXT NOT NULL
    CHECK (state IN ('booting', 'in_turn', 'between_turns', 'ended', 'reaped', 'stalled')),
  reason TEXT, -- of the end, or the error class of the stall
  project TEXT, -- the main worktree's root; outside git the directory
  cwd TEXT,
  model TEXT,
  transcript_path TEXT,
  permission_mode TEXT,
  pid INTEGER, -- with the two below: the identity of the client's process
  process_start TEXT,
  boot_id TEXT,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  version INTEGER NOT NULL DEFAULT 1 -- compare-and-set on every write
) STRICT;

CREATE INDEX sessions_by_start ON sessions (started_at, id);

CREATE TRIGGER sessions_delete AFTER DELETE ON sessions BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'sessions', OLD.id, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
END;

CREATE TRIGGER sessions_insert AFTER INSERT ON sessions BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version, new)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'sessions', NEW.id, 'insert',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations),
    json_object(
      'id', NEW.id, 'state', NEW.state, 'reason', NEW.reason, 'project', NEW.project, 'cwd', NEW.cwd,
      'model', NEW.model, 'transcript_path', NEW.transcript_path, 'permission_mode', NEW.permission_mode,
      'pid', NEW.pid, 'process_start', NEW.process_start, 'boot_id', NEW.boot_id,
      'started_at', NEW.started_at, 'ended_at', NEW.ended_at, 'version', NEW.version
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
    UNION ALL SELECT 'started_at', OLD.started_at, NEW.started_at
    UNION ALL SELECT 'ended_at', OLD.ended_at, NEW.ended_at
    UNION ALL SELECT 'version', OLD.version, NEW.version
  )
  WHERE was IS NOT now;
END;
