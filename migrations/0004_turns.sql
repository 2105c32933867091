-- breaking: false
-- Turns: one headless process of the client each, what it said, and who follows it.

CREATE TABLE turns (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  run_id TEXT, -- NULL: of a session that a person marked, and of no run
  session_id TEXT NOT NULL, -- as asked for
  resume INTEGER NOT NULL CHECK (resume IN (0, 1)),
  seen_session_id TEXT, -- as the stream said
  state TEXT NOT NULL
    CHECK (state IN ('spawning', 'running', 'clean', 'error', 'stalled', 'aborted', 'crashed')),
  directory TEXT NOT NULL,
  claude TEXT NOT NULL,
  model TEXT,
  permission_mode TEXT NOT NULL,
  pid INTEGER, -- with the two below: the identity of the client's process
  process_start TEXT,
  boot_id TEXT,
  malformed INTEGER NOT NULL DEFAULT 0, -- lines that were no event
  cost_usd REAL NOT NULL DEFAULT 0,
  input_tokens INTEGER NOT NULL DEFAULT 0,
  output_tokens INTEGER NOT NULL DEFAULT 0,
  error TEXT, -- JSON: class, text, retryAfterMs
  denials TEXT NOT NULL DEFAULT '[]', -- JSON: tools that were not allowed
  text TEXT, -- the last of the agent
  last_activity_at TEXT, -- moves with the events, at most every two seconds
  started_at TEXT NOT NULL,
  ended_at TEXT CHECK ((ended_at IS NULL) = (state IN ('spawning', 'running'))),
  version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX turns_by_run ON turns (run_id, seq);
CREATE INDEX turns_by_session ON turns (session_id, seq);
CREATE INDEX turns_live ON turns (seq) WHERE ended_at IS NULL;
CREATE INDEX turns_by_end ON turns (ended_at) WHERE ended_at IS NOT NULL;

CREATE TRIGGER turns_terminal BEFORE UPDATE ON turns WHEN OLD.ended_at IS NOT NULL BEGIN
  SELECT RAISE(ABORT, 'a turn that has ended never changes');
END;

-- One row for each line of the stream that is an event, in its order.
CREATE TABLE turn_events (
  turn_id TEXT NOT NULL REFERENCES turns (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('stream', 'holdfast')), -- holdfast: what was noticed about the stream
  type TEXT NOT NULL,
  subtype TEXT,
  tools INTEGER NOT NULL, -- tool calls that it begins
  at TEXT NOT NULL, -- when it was read
  body_bytes INTEGER NOT NULL, -- the true length, also of a body that was cut
  cut INTEGER NOT NULL CHECK (cut IN (0, 1)),
  body TEXT, -- NULL once it was pruned
  PRIMARY KEY (turn_id, number)
) STRICT;
CREATE INDEX turn_events_by_type ON turn_events (turn_id, type, number);

-- One turn a session at a time, and one sidecar that writes it: whoever's token stands here. Each write of
-- the turn moves the offset under that token in its own transaction, so an owner that was replaced can
-- change nothing.
CREATE TABLE turn_leases (
  session_id TEXT PRIMARY KEY,
  turn_id TEXT NOT NULL UNIQUE REFERENCES turns (id) ON DELETE CASCADE,
  owner TEXT NOT NULL,
  owner_pid INTEGER, -- NULL: nobody's; the sidecar that had it has left in good order
  owner_start TEXT,
  owner_boot TEXT,
  read_offset INTEGER NOT NULL DEFAULT 0, -- of the stream: everything before it is stored
  ending TEXT CHECK (ending IN ('stalled', 'aborted')) -- decided before the first signal
) STRICT, WITHOUT ROWID;

CREATE TRIGGER turns_insert AFTER INSERT ON turns BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version, new)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'turns', NEW.id, 'insert',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations),
    json_object(
      'seq', NEW.seq, 'id', NEW.id, 'run_id', NEW.run_id, 'session_id', NEW.session_id, 'resume', NEW.resume,
      'seen_session_id', NEW.seen_session_id, 'state', NEW.state, 'directory', NEW.directory,
      'claude', NEW.claude, 'model', NEW.model, 'permission_mode', NEW.permission_mode, 'pid', NEW.pid,
      'process_start', NEW.process_start, 'boot_id', NEW.boot_id, 'malformed', NEW.malformed,
      'cost_usd', NEW.cost_usd, 'input_tokens', NEW.input_tokens, 'output_tokens', NEW.output_tokens,
      'error', json(NEW.error), 'denials', json(NEW.denials), 'text', NEW.text,
      'last_activity_at', NEW.last_activity_at, 'started_at', NEW.started_at, 'ended_at', NEW.ended_at,
      'version', NEW.version
    )
  );
END;

CREATE TRIGGER turns_update AFTER UPDATE ON turns BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version, old, new)
  SELECT
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'turns', NEW.id, 'update',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations),
    json_group_object(name, was), json_group_object(name, now)
  FROM (
    SELECT 'seen_session_id' AS name, OLD.seen_session_id AS was, NEW.seen_session_id AS now
    UNION ALL SELECT 'state', OLD.state, NEW.state
    UNION ALL SELECT 'pid', OLD.pid, NEW.pid
    UNION ALL SELECT 'process_start', OLD.process_start, NEW.process_start
    UNION ALL SELECT 'boot_id', OLD.boot_id, NEW.boot_id
    UNION ALL SELECT 'malformed', OLD.malformed, NEW.malformed
    UNION ALL SELECT 'cost_usd', OLD.cost_usd, NEW.cost_usd
    UNION ALL SELECT 'input_tokens', OLD.input_tokens, NEW.input_tokens
    UNION ALL SELECT 'output_tokens', OLD.output_tokens, NEW.output_tokens
    UNION ALL SELECT 'error', OLD.error, NEW.error
    UNION ALL SELECT 'denials', OLD.denials, NEW.denials
    UNION ALL SELECT 'text', OLD.text, NEW.text
    UNION ALL SELECT 'last_activity_at', OLD.last_activity_at, NEW.last_activity_at
    UNION ALL SELECT 'ended_at', OLD.ended_at, NEW.ended_at
    UNION ALL SELECT 'version', OLD.version, NEW.version
  )
  WHERE was IS NOT now;
END;

-- What makes a turn the one it is never changes.
CREATE TRIGGER turns_same BEFORE UPDATE OF
  seq, id, run_id, session_id, resume, directory, claude, model, permission_mode, started_at
ON turns BEGIN
  SELECT RAISE(ABORT, 'what makes a turn the one it is never changes');
END;

CREATE TRIGGER turns_delete AFTER DELETE ON turns BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'turns', OLD.id, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
END;

-- Bodies stay out of the change log: they are large, and pruned earlier than their rows.
CREATE TRIGGER turn_events_insert AFTER INSERT ON turn_events BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version, new)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'turn_events', NEW.turn_id || '/' || NEW.number, 'insert',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations),
    json_object(
      'turn_id', NEW.turn_id, 'number', NEW.number, 'source', NEW.source, 'type', NEW.type,
      'subtype', NEW.subtype, 'tools', NEW.tools, 'at', NEW.at, 'body_bytes', NEW.body_bytes, 'cut', NEW.cut
    )
  );
END;

CREATE TRIGGER turn_events_immutable BEFORE UPDATE OF
  turn_id, number, source, type, subtype, tools, at, body_bytes, cut
ON turn_events BEGIN
  SELECT RAISE(ABORT, 'an event is never rewritten');
END;

CREATE TRIGGER turn_events_delete AFTER DELETE ON turn_events BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'turn_events', OLD.turn_id || '/' || OLD.number, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
END;
