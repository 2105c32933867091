-- breaking: false
-- Word: what was promised, what the tool calls prove, and what was said to be done.

-- One row for each finished tool call.
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
-- The same promise said twice is one commitment: a second open row for a key cannot be written.
CREATE UNIQUE INDEX commitments_open_key ON commitments (external_key) WHERE status = 'open';
CREATE INDEX commitments_open_by_topic ON commitments (topic_id, verb) WHERE status = 'open';
CREATE INDEX commitments_open_by_session ON commitments (session_id) WHERE status = 'open';
CREATE INDEX commitments_open_by_last_session ON commitments (last_session_id) WHERE status = 'open';
CREATE INDEX commitments_open_by_expiry ON commitments (expires_at) WHERE status = 'open';
-- Lists, newest first.
CREATE INDEX commitments_by_topic ON commitments (topic_id, seq);
CREATE INDEX commitments_by_session ON commitments (session_id, seq);
CREATE INDEX commitments_by_verb ON commitments (verb, seq);
CREATE INDEX commitments_by_status ON commitments (status, seq);
CREATE INDEX commitments_by_topic_status ON commitments (topic_id, status, seq);
CREATE INDEX commitments_by_topic_verb ON commitments (topic_id, verb, seq);
CREATE INDEX commitments_by_status_verb ON commitments (status, verb, seq);
CREATE INDEX commitments_by_close ON commitments (closed_at) WHERE closed_at IS NOT NULL;

CREATE TRIGGER commitments_terminal BEFORE UPDATE ON commitments WHEN OLD.status <> 'open' BEGIN
  SELECT RAISE(ABORT, 'nothing leaves a terminal state');
END;

-- Words of the sentences, for `q`.
CREATE VIRTUAL TABLE commitment_words USING fts5(
  quote, object, content = 'commitments', content_rowid = 'seq', tokenize = 'porter unicode61'
);
-- What is forgotten leaves no word behind.
INSERT INTO commitment_words (commitment_words, rank) VALUES ('secure-delete', 1);
CREATE TRIGGER commitment_words_insert AFTER INSERT ON commitments BEGIN
  INSERT INTO commitment_words (rowid, quote, object) VALUES (NEW.seq, NEW.quote, NEW.object);
END;
CREATE TRIGGER commitment_words_update AFTER UPDATE OF quote, object ON commitments
WHEN OLD.quote IS NOT NEW.quote OR OLD.object IS NOT NEW.object BEGIN
  INSERT INTO commitment_words (commitment_words, rowid, quote, object)
  VALUES ('delete', OLD.seq, OLD.quote, OLD.object);
  INSERT INTO commitment_words (rowid, quote, object) VALUES (NEW.seq, NEW.quote, NEW.object);
END;
CREATE TRIGGER commitment_words_delete AFTER DELETE ON commitments BEGIN
  INSERT INTO commitment_words (commitment_words, rowid, quote, object)
  VALUES ('delete', OLD.seq, OLD.quote, OLD.object);
END;

-- What the agent said was done, and how it stood at that moment. Never changed later.
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
CREATE TRIGGER completed_claims_immutable BEFORE UPDATE ON completed_claims BEGIN
  SELECT RAISE(ABORT, 'a verdict is never changed');
END;

-- What the agent was told: of each thing once.
CREATE TABLE tellings (
  what TEXT NOT NULL CHECK (what IN ('nudge', 'contradiction')),
  about TEXT NOT NULL, -- the id of the commitment or of the claim
  session_id TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (what, about)
) STRICT, WITHOUT ROWID;
CREATE INDEX tellings_by_session ON tellings (session_id);

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

CREATE TRIGGER evidence_immutable BEFORE UPDATE ON evidence BEGIN
  SELECT RAISE(ABORT, 'evidence is never rewritten');
END;

CREATE TRIGGER evidence_delete AFTER DELETE ON evidence BEGIN
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'evidence', OLD.seq, 'delete',
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

-- What makes a promise the one it is (topic, session, verb, kind, trigger, opening) is never rewritten.
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

CREATE TRIGGER commitments_same BEFORE UPDATE OF
  seq, id, topic_id, session_id, verb, kind, trigger_text, quote, opened_at
ON commitments BEGIN
  SELECT RAISE(ABORT, 'what makes a promise the one it is never changes');
END;

CREATE TRIGGER commitments_delete AFTER DELETE ON commitments BEGIN
  DELETE FROM tellings WHERE what = 'nudge' AND about = OLD.id;
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'commitments', OLD.id, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
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

CREATE TRIGGER completed_claims_delete AFTER DELETE ON completed_claims BEGIN
  DELETE FROM tellings WHERE what = 'contradiction' AND about = OLD.id;
  INSERT INTO changes (at, table_name, row_id, op, machine_id, schema_version)
  VALUES (
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'completed_claims', OLD.id, 'delete',
    (SELECT id FROM machine), (SELECT max(number) FROM migrations)
  );
END;
