import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../sidecar/machine/index.ts';
import { HOOK_ENTRIES } from '../../sidecar/setup/index.ts';
import { startMessagesApi, type Turn } from '../client/messages-api.ts';
import { requireClient, runClient } from '../client/run-client.ts';
import { temporaryPlace } from '../client/temporary.ts';
import { startRealSidecar } from '../kit/real-sidecar.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { atMost, byTurns, type Figure, median, timed } from './measure.ts';

const TOOL_CALLS = 40;
const ROUNDS = 5;

/** A whole session of the real client with our hooks, against the same with hooks that do nothing. */
export async function sessionCost(): Promise<Figure[]> {
  requireClient();
  const { home, remove } = temporaryHome();
  const place = temporaryPlace();
  const sidecar = await startRealSidecar(home);
  try {
    const noop = join(place.folder, 'noop.sh');
    writeFileSync(noop, '#!/bin/bash\nIFS= read -r -N 100000000 body\nexit 0\n', { mode: 0o755 });
    const withNoop = settingsFile(place.folder, 'noop', () => noop);
    const withOurs = settingsFile(place.folder, 'ours', (script) => join(PACKAGE_ROOT, 'hooks', script));
    const session = (settings: string) => () => play(place, settings, home.root);
    await session(withNoop)();
    const [ours = [], noops = []] = await byTurns(ROUNDS, [session(withOurs), session(withNoop)]);
    const { body } = await sidecar.api<{ sessions: { counts: { toolCalls: number } }[] }>('/sessions');
    const calls = body.sessions.map(({ counts }) => counts.toolCalls);
    if (calls.length !== ROUNDS || calls.some((count) => count !== TOOL_CALLS)) {
      throw new Error(`the ledger has other tool calls than were made: ${calls}`);
    }
    const detail = `no-op ${median(noops).toFixed(0)} ms, ours ${median(ours).toFixed(0)} ms, ${TOOL_CALLS} tool calls`;
    return [
      atMost('a real session with our hooks / with no-op hooks', median(ours) / median(noops), 1.15, detail),
    ];
  } finally {
    await sidecar.stop();
    place.remove();
    remove();
  }
}

function settingsFile(folder: string, name: string, commandOf: (script: string) => string): string {
  const hooks = Object.fromEntries(
    HOOK_ENTRIES.map(({ event, script }) => [
      event,
      [{ hooks: [{ type: 'command', command: `"${commandOf(script)}" 2>/dev/null || :`, timeout: 10 }] }],
    ]),
  );
  const file = join(folder, `${name}-settings.json`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify({ hooks }));
  return file;
}

async function play(
  place: ReturnType<typeof temporaryPlace>,
  settings: string,
  holdfastHome: string,
): Promise<number> {
  const script: Turn[] = Array.from({ length: TOOL_CALLS }, (_, index) => [
    { tool: 'Bash', input: { command: `echo ${index}` } },
  ]);
  const api = await startMessagesApi([...script, [{ text: 'Done.' }]]);
  try {
    return await timed(async () => {
      const end = await runClient({
        prompt: 'go',
        cwd: place.project,
        home: place.home,
        apiUrl: api.url,
        settings,
        env: { HOLDFAST_HOME: holdfastHome },
      });
      if (end.code !== 0) throw new Error(`the client ended with ${end.code}: ${end.stderr}`);
    });
  } finally {
    await api.close();
  }
}
