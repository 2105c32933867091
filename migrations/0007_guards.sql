-- breaking: false
-- Guards: what the person is told of them, and what was on when the sidecar last started.

CREATE TABLE attention_items (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  guard TEXT NOT NULL, -- a key of the manifest; of kind run: `run.` and an id
  kind TEXT NOT NULL CHECK (kind IN
    ('loud', 'flapping', 'turned-off', 'deleted-by-person', 'held-back', 'notify-failed', 'run')),
  status TEXT NOT NULL CHECK (status IN ('open', 'acknowledged', 'closed')),
  title TEXT NOT NULL,
  why TEXT NOT NULL,
  hint TEXT NOT NULL,
  count INTEGER NOT NULL DEFAULT 1, -- saved when it has doubled and when the item changes: a look writes seldom
  source TEXT, -- who says at each look that it still is so; NULL: whoever raised it closes it
  opened_at TEXT NOT NULL,
  acknowledged_at TEXT,
  closed_at TEXT CHECK ((closed_at IS NULL) = (status <> 'closed')),
  told_at TEXT, -- with a session's start
  notified_at TEXT -- by the person's command
) STRICT;
-- However many write at once, and whatever they have read before.
CREATE UNIQUE INDEX attention_one_open ON attention_items (guard, kind) WHERE status <> 'closed';
CREATE INDEX attention_by_end ON attention_items (closed_at, seq) WHERE status = 'closed';

CREATE TRIGGER attention_items_terminal BEFORE UPDATE ON attention_items WHEN OLD.status = 'closed' BEGIN
  SELECT RAISE(ABORT, 'an episode that is over never changes');
END;

CREATE TRIGGER attention_items_same BEFORE UPDATE OF seq, id, guard, kind, source, opened_at ON attention_items BEGIN
  SELECT RAISE(ABORT, 'what makes a notice the one it is never changes');
END;

-- What was on by its config at the last start. A person asks for guards, not for this: it is not watched.
CREATE TABLE guard_posture (
  guard TEXT PRIMARY KEY,
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER attention_items_insert AFTER INSERT ON attention_items BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version, new)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'attention_items', NEW.id, 'insert',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations),
    json_object(
      'seq', NEW.seq, 'id', NEW.id, 'guard', NEW.guard, 'kind', NEW.kind, 'status', NEW.status,
      'title', NEW.title, 'why', NEW.why, 'hint', NEW.hint, 'count', NEW.count, 'source', NEW.source,
      'opened_at', NEW.opened_at, 'acknowledged_at', NEW.acknowledged_at, 'closed_at', NEW.closed_at, 'told_at', NEW.told_at,
      'notified_at', NEW.notified_at
    )
  );
END;

CREATE TRIGGER attention_items_update AFTER UPDATE ON attention_items BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version, old, new)
  SELECT
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'attention_items', NEW.id, 'update',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations),
    json_group_object(name, was), json_group_object(name, now)
  FROM (
    SELECT 'status' AS name, OLD.status AS was, NEW.status AS now
    UNION ALL SELECT 'title', OLD.title, NEW.title
    UNION ALL SELECT 'why', OLD.why, NEW.why
    UNION ALL SELECT 'hint', OLD.hint, NEW.hint
    UNION ALL SELECT 'count', OLD.count, NEW.count
    UNION ALL SELECT 'acknowledged_at', OLD.acknowledged_at, NEW.acknowledged_at
    UNION ALL SELECT 'closed_at', OLD.closed_at, NEW.closed_at
    UNION ALL SELECT 'told_at', OLD.told_at, NEW.told_at
    UNION ALL SELECT 'notified_at', OLD.notified_at, NEW.notified_at
  )
  WHERE was IS NOT now;
END;

CREATE TRIGGER attention_items_delete AFTER DELETE ON attention_items BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'attention_items', OLD.id, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
END;
