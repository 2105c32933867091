import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { maskSecrets } from '../../sidecar/intake/index.ts';
import { openStore } from '../../sidecar/store/index.ts';
import { openTurns, type TurnRequest } from '../../sidecar/turns/index.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { until } from '../kit/until.ts';
import { atLeast, atMost, byTurns, type Figure, undisturbed } from './measure.ts';

const STARTS = 60;
const OWN_SHARE_MS = 5;
const EVENTS = 20_000;
const RATE = 5_000;

/** What the engine adds to the start of a client, against a bare spawn of it; and how fast it follows one. */
export async function turnEngine(): Promise<Figure[]> {
  const { home, folder, remove } = temporaryHome();
  const store = openStore({ home });
  const ended = new Set<string>();
  const turns = openTurns({
    store,
    home,
    stallSeconds: 0,
    hookSettings: '{"hooks":{}}',
    ended: ({ id }) => ended.add(id),
    mask: maskSecrets,
    environment: { PATH: process.env.PATH },
  });

  function begin(claude: string): string {
    const request: TurnRequest = {
      ...{ runId: null, sessionId: randomUUID(), resume: false, directory: folder, prompt: 'go', claude },
      ...{ model: null, permissionMode: 'default' },
    };
    const { id } = store.write(() => turns.begin(request));
    turns.launch(id);
    return id;
  }

  try {
    const result = '{"type":"result","subtype":"success","is_error":false,"result":"Done."}';
    const short = script(folder, 'short', `echo '${result}'`);
    const [own = [], bare = []] = await byTurns(STARTS, [
      async () => {
        const began = performance.now();
        const id = begin(short);
        const took = untilWritten(join(home.turns, `${id}.ndjson`)) - began;
        await until('the end of the turn', () => ended.has(id));
        return took;
      },
      async () => {
        const file = join(folder, randomUUID());
        const began = performance.now();
        const output = openSync(file, 'a');
        const child = spawn(short, { detached: true, stdio: ['ignore', output, 'ignore'] });
        closeSync(output);
        const took = untilWritten(file) - began;
        await new Promise((resolve) => child.once('exit', resolve));
        return took;
      },
    ]);
    const lines = join(folder, 'lines');
    writeFileSync(
      lines,
      `${Array.from({ length: EVENTS }, (_, index) => event(index)).join('\n')}\n${result}\n`,
    );
    const began = performance.now();
    const id = begin(script(folder, 'long', `exec cat '${lines}'`));
    await until('the end of the long turn', () => ended.has(id), 60_000);
    const rate = (EVENTS / (performance.now() - began)) * 1000;
    if (turns.one(id)?.events !== EVENTS + 1) throw new Error('events are missing');
    const share = undisturbed(own) - undisturbed(bare);
    const detail = `bare ${undisturbed(bare).toFixed(1)} ms, by the engine ${undisturbed(own).toFixed(1)} ms until the first line`;
    return [
      atMost(
        `the engine's own share of a turn's start / ${OWN_SHARE_MS} ms`,
        share / OWN_SHARE_MS,
        1,
        detail,
      ),
      atLeast(
        `events of a stream followed / ${RATE} a second`,
        rate / RATE,
        1,
        `${Math.round(rate)} events/s of 1 KB`,
      ),
    ];
  } finally {
    turns.close();
    store.close();
    remove();
  }
}

/** Without giving way: nothing else of this process is measured with it. */
function untilWritten(file: string): number {
  for (;;) if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0) return performance.now();
}

function script(folder: string, name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return file;
}

function event(index: number): string {
  return JSON.stringify({
    type: 'assistant',
    message: {
      role: 'assistant',
      content: [{ type: 'tool_use', id: `toolu_${index}`, name: 'Bash', input: { command: 'ls -la' } }],
      text: 'drwxr-xr-x 2 someone somewhere 4096 a line of a listing\n'.repeat(14),
    },
    session_id: 'bench',
    uuid: randomUUID(),
  });
}
