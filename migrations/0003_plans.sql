-- breaking: false
-- What a session set out to do, and which sessions died over it.

-- One row for each session that ever kept a task list.
CREATE TABLE plans (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id TEXT NOT NULL UNIQUE REFERENCES sessions (id) ON DELETE CASCADE,
  started_at TEXT NOT NULL,
  list_at TEXT -- when the newest whole list (TodoWrite) was written; an older one changes nothing
) STRICT;

-- An item that was taken off the list stays as `deleted`, so that an older event cannot bring it back.
CREATE TABLE plan_items (
  session_id TEXT NOT NULL REFERENCES plans (session_id) ON DELETE CASCADE,
  origin TEXT NOT NULL CHECK (origin IN ('task', 'todo')),
  id TEXT NOT NULL, -- the client's own; of a whole list the place in it
  subject TEXT, -- NULL where only a change of it was heard so far
  subject_at TEXT,
  status TEXT NOT NULL CHECK (status IN ('pending', 'in_progress', 'completed', 'deleted')),
  status_at TEXT NOT NULL,
  PRIMARY KEY (session_id, origin, id)
) STRICT, WITHOUT ROWID;

-- A session whose process went without a SessionEnd. A fact of that moment, never changed later.
CREATE TABLE reapings (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  at TEXT NOT NULL,
  why TEXT NOT NULL CHECK (why IN ('process-gone', 'other-process', 'other-boot')),
  state_before TEXT NOT NULL,
  reason_before TEXT, -- the error class of one that had stalled
  pid INTEGER NOT NULL,
  process_start TEXT,
  boot_id TEXT,
  unfinished TEXT NOT NULL -- JSON: the signs of unfinished work, {strong, weak}
) STRICT;
CREATE INDEX reapings_by_session ON reapings (session_id, seq);

-- The watchdog looks at these alone, however many sessions there were.
CREATE INDEX sessions_watched ON sessions (id)
  WHERE state IN ('booting', 'in_turn', 'between_turns', 'stalled') AND pid IS NOT NULL;

CREATE TRIGGER plans_insert AFTER INSERT ON plans BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version, new)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'plans', NEW.session_id, 'insert',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations),
    json_object(
      'seq', NEW.seq, 'session_id', NEW.session_id, 'started_at', NEW.started_at, 'list_at', NEW.list_at
    )
  );
END;

CREATE TRIGGER plans_update AFTER UPDATE ON plans WHEN OLD.list_at IS NOT NEW.list_at BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version, old, new)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'plans', NEW.session_id, 'update',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations),
    json_object('list_at', OLD.list_at), json_object('list_at', NEW.list_at)
  );
END;

CREATE TRIGGER plans_same BEFORE UPDATE OF seq, session_id, started_at ON plans BEGIN
  SELECT RAISE(ABORT, 'a plan is of one session for ever');
END;

CREATE TRIGGER plans_delete AFTER DELETE ON plans BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'plans', OLD.session_id, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
END;

CREATE TRIGGER plan_items_insert AFTER INSERT ON plan_items BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version, new)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'plan_items',
    NEW.session_id || '/' || NEW.origin || '/' || NEW.id, 'insert',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations),
    json_object(
      'session_id', NEW.session_id, 'origin', NEW.origin, 'id', NEW.id, 'subject', NEW.subject,
      'subject_at', NEW.subject_at, 'status', NEW.status, 'status_at', NEW.status_at
    )
  );
END;

CREATE TRIGGER plan_items_update AFTER UPDATE ON plan_items BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version, old, new)
  SELECT
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'plan_items',
    NEW.session_id || '/' || NEW.origin || '/' || NEW.id, 'update',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations),
    json_group_object(name, was), json_group_object(name, now)
  FROM (
    SELECT 'subject' AS name, OLD.subject AS was, NEW.subject AS now
    UNION ALL SELECT 'subject_at', OLD.subject_at, NEW.subject_at
    UNION ALL SELECT 'status', OLD.status, NEW.status
    UNION ALL SELECT 'status_at', OLD.status_at, NEW.status_at
  )
  WHERE was IS NOT now;
END;

CREATE TRIGGER plan_items_same BEFORE UPDATE OF session_id, origin, id ON plan_items BEGIN
  SELECT RAISE(ABORT, 'an item keeps its name');
END;

CREATE TRIGGER plan_items_delete AFTER DELETE ON plan_items BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'plan_items',
    OLD.session_id || '/' || OLD.origin || '/' || OLD.id, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
END;

CREATE TRIGGER reapings_insert AFTER INSERT ON reapings BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version, new)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'reapings', NEW.seq, 'insert',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations),
    json_object(
      'seq', NEW.seq, 'session_id', NEW.session_id, 'at', NEW.at, 'why', NEW.why,
      'state_before', NEW.state_before, 'reason_before', NEW.reason_before, 'pid', NEW.pid,
      'process_start', NEW.process_start, 'boot_id', NEW.boot_id, 'unfinished', json(NEW.unfinished)
    )
  );
END;

CREATE TRIGGER reapings_immutable BEFORE UPDATE ON reapings BEGIN
  SELECT RAISE(ABORT, 'what a session left undone is never rewritten');
END;

CREATE TRIGGER reapings_delete AFTER DELETE ON reapings BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'reapings', OLD.seq, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
END;
