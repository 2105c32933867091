-- breaking: false
-- Upgrades: which version has gone through this home, and through which of its steps.

CREATE TABLE upgrades (
  version TEXT PRIMARY KEY,
  from_version TEXT, -- null: none is known before it
  began_at TEXT NOT NULL,
  migrated_at TEXT -- null: not every step has succeeded
) STRICT;

CREATE TABLE upgrade_steps (
  version TEXT NOT NULL REFERENCES upgrades (version),
  step TEXT NOT NULL,
  done_at TEXT, -- null: it failed
  problem TEXT CHECK ((problem IS NULL) = (done_at IS NOT NULL)), -- JSON: code, message, hint
  tries INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (version, step)
) STRICT;
