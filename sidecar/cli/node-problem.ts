import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** better-sqlite3 13 on an older Node-API is a segmentation fault, and no error that could be caught. */
const NAPI_OF_SQLITE_13 = 10;

export type NodeFacts = { node: string; napi: number; sqliteMajor: number };

/** Why Holdfast cannot run on this Node, in a sentence with what to do; null where it can. */
export function nodeProblem(facts: NodeFacts = nodeFacts()): string | null {
  const [major = 0, minor = 0] = facts.node.split('.').map(Number);
  const supported = (major === 20 && minor >= 19) || (major === 22 && minor >= 14) || major > 22;
  if (!supported) {
    return `Node ${facts.node} is too old for Holdfast, which needs 20.19, 22.14 or newer. Install one of those, and run this again.`;
  }
  if (facts.sqliteMajor >= 13 && facts.napi < NAPI_OF_SQLITE_13) {
    return `The installed better-sqlite3 ${facts.sqliteMajor} does not work on Node ${facts.node}. Install Holdfast again with this Node, or use Node 22.14 or newer.`;
  }
  return null;
}

function nodeFacts(): NodeFacts {
  return {
    node: process.versions.node,
    napi: Number(process.versions.napi ?? 0),
    sqliteMajor: Number.parseInt(sqliteVersion(), 10),
  };
}

/** Its package.json is read, and not the module itself. */
function sqliteVersion(): string {
  const file = createRequire(import.meta.url).resolve('better-sqlite3/package.json');
  return String(JSON.parse(readFileSync(file, 'utf8')).version);
}

/** A session that tried to start the sidecar has no terminal: its next SessionStart shows this line. */
export function rememberProblem(problem: string): void {
  const home = process.env.HOLDFAST_HOME || join(process.env.HOME ?? '', '.holdfast');
  if (process.argv[2] !== 'start') return;
  try {
    writeFileSync(join(home, 'state', 'not-running'), `Holdfast is not running: ${problem}\n`, {
      mode: 0o600,
    });
  } catch {
    // No home yet: nobody waits for the line.
  }
}
