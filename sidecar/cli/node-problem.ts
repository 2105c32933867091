import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** better-sqlite3 13 on an older Node-API is a segmentation fault, and no error that could be caught. */
const NAPI_OF_SQLITE_13 = 10;

export type NodeFacts = {
  node: string;
  napi: number;
  sqliteMajor: number;
  /** The folder whose `node_modules` holds better-sqlite3. */
  folder: string;
  /** Throws where the native part of better-sqlite3 12 is not there, or was built for another Node. */
  loadNative: () => void;
};

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
  return facts.sqliteMajor < 13 ? nativeProblem(facts) : null;
}

/** Up to 12 an install script puts the native part in place, for the Node of that moment; 13 brings it along. */
function nativeProblem({ node, folder, loadNative }: NodeFacts): string | null {
  try {
    loadNative();
    return null;
  } catch {
    return `The database module better-sqlite3 is not built for Node ${node}: it was installed with another Node, or without its install script. Run this in ${folder}: npm rebuild better-sqlite3`;
  }
}

function nodeFacts(): NodeFacts {
  const require = createRequire(import.meta.url);
  // Its package.json is read, and not the module itself.
  const description = require.resolve('better-sqlite3/package.json');
  const sqlite = dirname(description);
  return {
    node: process.versions.node,
    napi: Number(process.versions.napi ?? 0),
    sqliteMajor: Number.parseInt(String(JSON.parse(readFileSync(description, 'utf8')).version), 10),
    folder: dirname(dirname(sqlite)),
    loadNative: () => require(join(sqlite, 'build', 'Release', 'better_sqlite3.node')),
  };
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
