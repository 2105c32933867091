// The part of a sidecar that drives turns, alone: goes on with what it finds, begins one turn where it is given a
// prompt, and leaves when none is live. `node turn-sidecar.mjs HOME CLAUDE [PROMPT]`, from the built package.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { homePaths } from '../../dist/sidecar/home/index.js';
import { openStore } from '../../dist/sidecar/store/index.js';
import { openTurns } from '../../dist/sidecar/turns/index.js';

const [root, claude, prompt] = process.argv.slice(2);
const home = homePaths(root);
const store = openStore({ home });
// As a run's state would: a row of the transaction that closes the turn.
store.db.exec('CREATE TABLE IF NOT EXISTS told (id TEXT, state TEXT)');
const tell = store.db.prepare('INSERT INTO told VALUES (?, ?)');
const turns = openTurns({
  store,
  home,
  stallSeconds: 0,
  hookSettings: '{}',
  ended: ({ id, state }) => tell.run(id, state),
  warn: (what, facts) => console.error(what, facts),
});
turns.recover();
if (prompt) {
  const request = { runId: null, sessionId: randomUUID(), resume: false, directory: root, prompt, claude };
  const { id } = store.write(() =>
    turns.begin({ ...request, model: null, permissionMode: 'bypassPermissions' }),
  );
  turns.launch(id);
}
console.log('ready');
while (turns.live().length > 0) await sleep(20);
turns.close();
store.close();
