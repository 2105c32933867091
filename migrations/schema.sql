-- The schema after all migrations, for reading and for review. Nothing runs this file.
-- Written by: UPDATE_SCHEMA=1 npx vitest run test/store/schema.test.ts

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

CREATE INDEX attention_by_end ON attention_items (closed_at, seq) WHERE status = 'closed';

CREATE UNIQUE INDEX attention_one_open ON attention_items (guard, kind) WHERE status <> 'closed';

CREATE TRIGGER attention_items_delete AFTER DELETE ON attention_items BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'attention_items', OLD.id, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
END;

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

CREATE TRIGGER attention_items_same BEFORE UPDATE OF seq, id, guard, kind, source, opened_at ON attention_items BEGIN
  SELECT RAISE(ABORT, 'what makes a notice the one it is never changes');
END;

CREATE TRIGGER attention_items_terminal BEFORE UPDATE ON attention_items WHEN OLD.status = 'closed' BEGIN
  SELECT RAISE(ABORT, 'an episode that is over never changes');
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

CREATE VIRTUAL TABLE commitment_words USING fts5(
  quote, object, content = 'commitments', content_rowid = 'seq', tokenize = 'porter unicode61'
);

CREATE TABLE commitments (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  topic_id TEXT NOT NULL,
  session_id TEXT, -- that made it
  last_session_id TEXT, -- that stated it last
  verb TEXT NOT NULL,
  object TEXT NOT NULL,
  detail TEXT NOT NULL, -- the words around the verb: what a call is compared with besides the object
  kind TEXT NOT NULL CHECK (kind IN ('commit', 'deferred', 'manual')),
  trigger_text TEXT, -- what a deferred one waits for
  quote TEXT, -- the first sentence that made it
  status TEXT NOT NULL CHECK (status IN ('open', 'kept', 'expired', 'withdrawn')),
  external_key TEXT,
  opened_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  stated_count INTEGER NOT NULL CHECK (stated_count > 0),
  last_stated_at TEXT NOT NULL,
  closed_at TEXT CHECK ((closed_at IS NULL) = (status = 'open')),
  kept_by TEXT CHECK (kept_by IN ('evidence', 'person', 'agent'))
    CHECK ((kept_by IS NOT NULL) = (status = 'kept')),
  evidence TEXT, -- JSON: the call that kept it
  attempts TEXT NOT NULL, -- JSON: calls that tried and failed, newest first
  note TEXT,
  version INTEGER NOT NULL DEFAULT 1 -- compare-and-set on every write
) STRICT;

CREATE INDEX commitments_by_close ON commitments (closed_at) WHERE closed_at IS NOT NULL;

CREATE INDEX commitments_by_session ON commitments (session_id, seq);

CREATE INDEX commitments_by_status ON commitments (status, seq);

CREATE INDEX commitments_by_status_verb ON commitments (status, verb, seq);

CREATE INDEX commitments_by_topic ON commitments (topic_id, seq);

CREATE INDEX commitments_by_topic_status ON commitments (topic_id, status, seq);

CREATE INDEX commitments_by_topic_verb ON commitments (topic_id, verb, seq);

CREATE INDEX commitments_by_verb ON commitments (verb, seq);

CREATE INDEX commitments_open_by_expiry ON commitments (expires_at) WHERE status = 'open';

CREATE INDEX commitments_open_by_last_session ON commitments (last_session_id) WHERE status = 'open';

CREATE INDEX commitments_open_by_session ON commitments (session_id) WHERE status = 'open';

CREATE INDEX commitments_open_by_topic ON commitments (topic_id, verb) WHERE status = 'open';

CREATE UNIQUE INDEX commitments_open_key ON commitments (external_key) WHERE status = 'open';

CREATE TRIGGER commitment_words_delete AFTER DELETE ON commitments BEGIN
  INSERT INTO commitment_words (commitment_words, rowid, quote, object)
  VALUES ('delete', OLD.seq, OLD.quote, OLD.object);
END;

CREATE TRIGGER commitment_words_insert AFTER INSERT ON commitments BEGIN
  INSERT INTO commitment_words (rowid, quote, object) VALUES (NEW.seq, NEW.quote, NEW.object);
END;

CREATE TRIGGER commitment_words_update AFTER UPDATE OF quote, object ON commitments
WHEN OLD.quote IS NOT NEW.quote OR OLD.object IS NOT NEW.object BEGIN
  INSERT INTO commitment_words (commitment_words, rowid, quote, object)
  VALUES ('delete', OLD.seq, OLD.quote, OLD.object);
  INSERT INTO commitment_words (rowid, quote, object) VALUES (NEW.seq, NEW.quote, NEW.object);
END;

CREATE TRIGGER commitments_delete AFTER DELETE ON commitments BEGIN
  DELETE FROM tellings WHERE what = 'nudge' AND about = OLD.id;
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'commitments', OLD.id, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
END;

CREATE TRIGGER commitments_insert AFTER INSERT ON commitments BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version, new)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'commitments', NEW.id, 'insert',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations),
    json_object(
      'seq', NEW.seq, 'id', NEW.id, 'topic_id', NEW.topic_id, 'session_id', NEW.session_id,
      'last_session_id', NEW.last_session_id, 'verb', NEW.verb, 'object', NEW.object, 'detail', NEW.detail, 'kind', NEW.kind,
      'trigger_text', NEW.trigger_text, 'quote', NEW.quote, 'status', NEW.status,
      'external_key', NEW.external_key, 'opened_at', NEW.opened_at, 'expires_at', NEW.expires_at,
      'stated_count', NEW.stated_count, 'last_stated_at', NEW.last_stated_at, 'closed_at', NEW.closed_at,
      'kept_by', NEW.kept_by, 'evidence', json(NEW.evidence), 'attempts', json(NEW.attempts),
      'note', NEW.note, 'version', NEW.version
    )
  );
END;

CREATE TRIGGER commitments_same BEFORE UPDATE OF
  seq, id, topic_id, session_id, verb, kind, trigger_text, quote, opened_at
ON commitments BEGIN
  SELECT RAISE(ABORT, 'what makes a promise the one it is never changes');
END;

CREATE TRIGGER commitments_terminal BEFORE UPDATE ON commitments WHEN OLD.status <> 'open' BEGIN
  SELECT RAISE(ABORT, 'nothing leaves a terminal state');
END;

CREATE TRIGGER commitments_update AFTER UPDATE ON commitments BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version, old, new)
  SELECT
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'commitments', NEW.id, 'update',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations),
    json_group_object(name, was), json_group_object(name, now)
  FROM (
    SELECT 'last_session_id' AS name, OLD.last_session_id AS was, NEW.last_session_id AS now
    UNION ALL SELECT 'object', OLD.object, NEW.object
    UNION ALL SELECT 'detail', OLD.detail, NEW.detail
    UNION ALL SELECT 'status', OLD.status, NEW.status
    UNION ALL SELECT 'external_key', OLD.external_key, NEW.external_key
    UNION ALL SELECT 'expires_at', OLD.expires_at, NEW.expires_at
    UNION ALL SELECT 'stated_count', OLD.stated_count, NEW.stated_count
    UNION ALL SELECT 'last_stated_at', OLD.last_stated_at, NEW.last_stated_at
    UNION ALL SELECT 'closed_at', OLD.closed_at, NEW.closed_at
    UNION ALL SELECT 'kept_by', OLD.kept_by, NEW.kept_by
    UNION ALL SELECT 'evidence', OLD.evidence, NEW.evidence
    UNION ALL SELECT 'attempts', OLD.attempts, NEW.attempts
    UNION ALL SELECT 'note', OLD.note, NEW.note
    UNION ALL SELECT 'version', OLD.version, NEW.version
  )
  WHERE was IS NOT now;
END;

CREATE TABLE completed_claims (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  session_id TEXT NOT NULL,
  topic_id TEXT,
  verb TEXT NOT NULL,
  object TEXT NOT NULL,
  quote TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('backed', 'contradicted', 'unbacked')),
  why TEXT NOT NULL,
  evidence TEXT, -- JSON: the call that decided it
  at TEXT NOT NULL
) STRICT;

CREATE INDEX completed_claims_by_session ON completed_claims (session_id, seq);

CREATE INDEX completed_claims_by_verdict ON completed_claims (verdict, seq);

CREATE TRIGGER completed_claims_delete AFTER DELETE ON completed_claims BEGIN
  DELETE FROM tellings WHERE what = 'contradiction' AND about = OLD.id;
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'completed_claims', OLD.id, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
END;

CREATE TRIGGER completed_claims_immutable BEFORE UPDATE ON completed_claims BEGIN
  SELECT RAISE(ABORT, 'a verdict is never changed');
END;

CREATE TRIGGER completed_claims_insert AFTER INSERT ON completed_claims BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version, new)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'completed_claims', NEW.id, 'insert',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations),
    json_object(
      'seq', NEW.seq, 'id', NEW.id, 'session_id', NEW.session_id, 'topic_id', NEW.topic_id,
      'verb', NEW.verb, 'object', NEW.object, 'quote', NEW.quote, 'verdict', NEW.verdict,
      'why', NEW.why, 'evidence', json(NEW.evidence), 'at', NEW.at
    )
  );
END;

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

CREATE INDEX events_stop_failures ON events (session_id, seq) WHERE event = 'StopFailure';

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

CREATE TABLE evidence (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id TEXT NOT NULL,
  topic_id TEXT,
  agent_id TEXT, -- set where a subagent made the call
  tool_use_id TEXT,
  tool TEXT NOT NULL,
  summary TEXT NOT NULL, -- what it acted on, in one line
  outcome TEXT NOT NULL CHECK (outcome IN ('ok', 'failed')),
  at TEXT NOT NULL, -- when it finished
  verbs TEXT NOT NULL, -- of its deeds, for filtering: ' push commit '; '' proves nothing
  changes_code INTEGER NOT NULL CHECK (changes_code IN (0, 1)),
  deeds TEXT NOT NULL -- JSON: what it proves
) STRICT;

CREATE INDEX evidence_by_session ON evidence (session_id, seq);

CREATE INDEX evidence_by_time ON evidence (at);

CREATE TRIGGER evidence_delete AFTER DELETE ON evidence BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'evidence', OLD.seq, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
END;

CREATE TRIGGER evidence_immutable BEFORE UPDATE ON evidence BEGIN
  SELECT RAISE(ABORT, 'evidence is never rewritten');
END;

CREATE TRIGGER evidence_insert AFTER INSERT ON evidence BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version, new)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'evidence', NEW.seq, 'insert',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations),
    json_object(
      'seq', NEW.seq, 'session_id', NEW.session_id, 'topic_id', NEW.topic_id, 'agent_id', NEW.agent_id,
      'tool_use_id', NEW.tool_use_id, 'tool', NEW.tool, 'summary', NEW.summary, 'outcome', NEW.outcome,
      'at', NEW.at, 'verbs', NEW.verbs, 'changes_code', NEW.changes_code, 'deeds', json(NEW.deeds)
    )
  );
END;

CREATE TABLE guard_posture (
  guard TEXT PRIMARY KEY,
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE host_lock_changes (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  held INTEGER NOT NULL CHECK (held IN (0, 1)),
  reason TEXT NOT NULL, -- how it was taken, or why not
  detail TEXT NOT NULL,
  hint TEXT
) STRICT;

CREATE TRIGGER host_lock_changes_delete AFTER DELETE ON host_lock_changes BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'host_lock_changes', OLD.seq, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
END;

CREATE TRIGGER host_lock_changes_immutable BEFORE UPDATE ON host_lock_changes BEGIN
  SELECT RAISE(ABORT, 'what the lock said is never rewritten');
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

CREATE TRIGGER plan_items_delete AFTER DELETE ON plan_items BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'plan_items',
    OLD.session_id || '/' || OLD.origin || '/' || OLD.id, 'delete',
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

CREATE TRIGGER plan_items_same BEFORE UPDATE OF session_id, origin, id ON plan_items BEGIN
  SELECT RAISE(ABORT, 'an item keeps its name');
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

CREATE TABLE plans (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id TEXT NOT NULL UNIQUE REFERENCES sessions (id) ON DELETE CASCADE,
  started_at TEXT NOT NULL,
  list_at TEXT -- when the newest whole list (TodoWrite) was written; an older one changes nothing
) STRICT;

CREATE TRIGGER plans_delete AFTER DELETE ON plans BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'plans', OLD.session_id, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
END;

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

CREATE TRIGGER plans_same BEFORE UPDATE OF seq, session_id, started_at ON plans BEGIN
  SELECT RAISE(ABORT, 'a plan is of one session for ever');
END;

CREATE TRIGGER plans_update AFTER UPDATE ON plans WHEN OLD.list_at IS NOT NEW.list_at BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version, old, new)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'plans', NEW.session_id, 'update',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations),
    json_object('list_at', OLD.list_at), json_object('list_at', NEW.list_at)
  );
END;

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

CREATE INDEX reapings_by_time ON reapings (at);

CREATE TRIGGER reapings_delete AFTER DELETE ON reapings BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'reapings', OLD.seq, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
END;

CREATE TRIGGER reapings_immutable BEFORE UPDATE ON reapings BEGIN
  SELECT RAISE(ABORT, 'what a session left undone is never rewritten');
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

CREATE TABLE resume_brakes (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  paused_at TEXT, -- by a person
  failures INTEGER NOT NULL DEFAULT 0, -- attempts in a row that failed, over all entries
  breaker_until TEXT
) STRICT;

CREATE TRIGGER resume_brakes_delete AFTER DELETE ON resume_brakes BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'resume_brakes', OLD.id, 'delete',
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

CREATE TRIGGER resume_brakes_same BEFORE UPDATE OF id ON resume_brakes BEGIN
  SELECT RAISE(ABORT, 'there is one row of brakes');
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

CREATE INDEX resume_entries_by_end ON resume_entries (ended_at) WHERE ended_at IS NOT NULL;

CREATE INDEX resume_entries_by_session ON resume_entries (session_id, seq);

CREATE UNIQUE INDEX resume_entries_open ON resume_entries (session_id)
  WHERE state IN ('queued', 'starting');

CREATE TRIGGER resume_entries_delete AFTER DELETE ON resume_entries BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'resume_entries', OLD.id, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
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

CREATE TRIGGER resume_entries_keep_open BEFORE DELETE ON resume_entries
WHEN OLD.state IN ('queued', 'starting') BEGIN
  SELECT RAISE(ABORT, 'an open entry is never deleted');
END;

CREATE TRIGGER resume_entries_respawned BEFORE UPDATE ON resume_entries WHEN OLD.state = 'respawned' BEGIN
  SELECT RAISE(ABORT, 'what was revived is revived');
END;

CREATE TRIGGER resume_entries_same BEFORE UPDATE OF seq, id, death, session_id, run_id, died_at, why, directory ON resume_entries BEGIN
  SELECT RAISE(ABORT, 'an entry is about one death for ever');
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

CREATE TABLE resume_history (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  entry_id TEXT NOT NULL REFERENCES resume_entries (id) ON DELETE CASCADE,
  at TEXT NOT NULL,
  what TEXT NOT NULL,
  detail TEXT
) STRICT;

CREATE INDEX resume_history_by_entry ON resume_history (entry_id, seq);

CREATE TRIGGER resume_history_delete AFTER DELETE ON resume_history BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'resume_history', OLD.seq, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
END;

CREATE TRIGGER resume_history_immutable BEFORE UPDATE ON resume_history BEGIN
  SELECT RAISE(ABORT, 'history is never rewritten');
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

CREATE TRIGGER resume_refusals_delete AFTER DELETE ON resume_refusals BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'resume_refusals', OLD.seq, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
END;

CREATE TRIGGER resume_refusals_immutable BEFORE UPDATE ON resume_refusals BEGIN
  SELECT RAISE(ABORT, 'a refusal is a fact of its moment');
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

CREATE TABLE resume_tombstones (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  entry_id TEXT NOT NULL,
  turn_id TEXT NOT NULL UNIQUE, -- one revival is counted once
  session_id TEXT NOT NULL,
  run_id TEXT,
  at TEXT NOT NULL
) STRICT;

CREATE INDEX resume_tombstones_by_run ON resume_tombstones (run_id, at);

CREATE INDEX resume_tombstones_by_session ON resume_tombstones (session_id, at);

CREATE INDEX resume_tombstones_by_time ON resume_tombstones (at);

CREATE TRIGGER resume_tombstones_delete AFTER DELETE ON resume_tombstones BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'resume_tombstones', OLD.seq, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
END;

CREATE TRIGGER resume_tombstones_immutable BEFORE UPDATE ON resume_tombstones BEGIN
  SELECT RAISE(ABORT, 'a tombstone is never rewritten');
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

CREATE INDEX runs_by_end ON runs (ended_at) WHERE ended_at IS NOT NULL;

CREATE INDEX runs_by_project ON runs (project, seq);

CREATE INDEX runs_by_session ON runs (session_id);

CREATE INDEX runs_live ON runs (state) WHERE state NOT IN ('completed', 'failed', 'killed');

CREATE UNIQUE INDEX runs_live_branch ON runs (project, branch)
  WHERE state NOT IN ('completed', 'failed', 'killed');

CREATE UNIQUE INDEX runs_open_key ON runs (external_key)
  WHERE state NOT IN ('completed', 'failed', 'killed');

CREATE TRIGGER runs_delete AFTER DELETE ON runs BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'runs', OLD.id, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
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
, autonomous INTEGER NOT NULL DEFAULT 0 CHECK (autonomous IN (0, 1))) STRICT;

CREATE INDEX sessions_by_start ON sessions (started_at, id);

CREATE INDEX sessions_watched ON sessions (id)
  WHERE state IN ('booting', 'in_turn', 'between_turns', 'stalled') AND pid IS NOT NULL;

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

CREATE TABLE tellings (
  what TEXT NOT NULL CHECK (what IN ('nudge', 'contradiction')),
  about TEXT NOT NULL, -- the id of the commitment or of the claim
  session_id TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (what, about)
) STRICT, WITHOUT ROWID;

CREATE INDEX tellings_by_session ON tellings (session_id);

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

CREATE TRIGGER turn_events_delete AFTER DELETE ON turn_events BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'turn_events', OLD.turn_id || '/' || OLD.number, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
END;

CREATE TRIGGER turn_events_immutable BEFORE UPDATE OF
  turn_id, number, source, type, subtype, tools, at, body_bytes, cut
ON turn_events BEGIN
  SELECT RAISE(ABORT, 'an event is never rewritten');
END;

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

CREATE INDEX turns_by_end ON turns (ended_at) WHERE ended_at IS NOT NULL;

CREATE INDEX turns_by_run ON turns (run_id, seq);

CREATE INDEX turns_by_session ON turns (session_id, seq);

CREATE INDEX turns_by_start ON turns (started_at);

CREATE INDEX turns_live ON turns (seq) WHERE ended_at IS NULL;

CREATE TRIGGER turns_delete AFTER DELETE ON turns BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'turns', OLD.id, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
END;

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

CREATE TRIGGER turns_same BEFORE UPDATE OF
  seq, id, run_id, session_id, resume, directory, claude, model, permission_mode, started_at
ON turns BEGIN
  SELECT RAISE(ABORT, 'what makes a turn the one it is never changes');
END;

CREATE TRIGGER turns_terminal BEFORE UPDATE ON turns WHEN OLD.ended_at IS NOT NULL BEGIN
  SELECT RAISE(ABORT, 'a turn that has ended never changes');
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

CREATE TABLE upgrade_steps (
  version TEXT NOT NULL REFERENCES upgrades (version),
  step TEXT NOT NULL,
  done_at TEXT, -- null: it failed
  problem TEXT CHECK ((problem IS NULL) = (done_at IS NOT NULL)), -- JSON: code, message, hint
  tries INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (version, step)
) STRICT;

CREATE TABLE upgrades (
  version TEXT PRIMARY KEY,
  from_version TEXT, -- null: none is known before it
  began_at TEXT NOT NULL,
  migrated_at TEXT -- null: not every step has succeeded
) STRICT;
