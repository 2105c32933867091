import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HomePaths } from '../../sidecar/home/index.ts';
import { PACKAGE_ROOT } from '../../sidecar/machine/index.ts';
import { cleanEnvironment, startRealSidecar } from '../kit/real-sidecar.ts';
import { runProgram } from '../kit/run-program.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { atMost, byTurns, type Figure, median } from './measure.ts';

const ROUNDS = 120;
const NODE_ROUNDS = 20;

/** One hook with a live sidecar and a 2 KB event, against scripts that do nothing, and that do it with Node. */
export async function hookCost(): Promise<Figure[]> {
  const { home, folder, remove } = temporaryHome();
  const sidecar = await startRealSidecar(home);
  try {
    const noop = script(folder, 'noop.sh', '#!/bin/bash\nIFS= read -r -N 100000000 body\nexit 0\n');
    const node = script(folder, 'node-hook.mjs', nodeHook(home));
    const ours = join(PACKAGE_ROOT, 'hooks', 'post-tool-use.sh');
    let sent = 0;
    const run = (file: string) => async () => {
      const ended = await runProgram(file, { input: event(sent++), env: cleanEnvironment(home) });
      if (ended.code !== 0) throw new Error(`${file} ended with ${ended.code}`);
      return ended.ms;
    };
    for (const file of [noop, ours, node]) await run(file)();
    const [noops = [], hooks = []] = await byTurns(ROUNDS, [run(noop), run(ours)]);
    const [slow = [], fast = []] = await byTurns(NODE_ROUNDS, [run(node), run(ours)]);
    const detail = `no-op ${median(noops).toFixed(2)} ms, hook ${median(hooks).toFixed(2)} ms`;
    return [
      atMost('one hook / no-op bash that reads its stdin', median(hooks) / median(noops), 2, detail),
      atMost(
        'one hook / Node script with fetch',
        median(fast) / median(slow),
        1 / 25,
        `Node ${median(slow).toFixed(1)} ms, hook ${median(fast).toFixed(2)} ms`,
      ),
    ];
  } finally {
    await sidecar.stop();
    remove();
  }
}

function script(folder: string, name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text, { mode: 0o755 });
  return file;
}

function nodeHook(home: HomePaths): string {
  return `#!/usr/bin/env node
import { readFileSync } from 'node:fs';
let body = '';
for await (const part of process.stdin) body += part;
const [port, token] = readFileSync(${JSON.stringify(home.endpoint)}, 'utf8').trim().split(' ');
const response = await fetch(\`http://127.0.0.1:\${port}/hook/PostToolUse\`, {
  method: 'POST', body, headers: { authorization: \`Bearer \${token}\`, 'content-type': 'application/json' },
});
console.log(await response.text());
`;
}

export function event(number: number): string {
  return JSON.stringify({
    session_id: 'bench',
    hook_event_name: 'PostToolUse',
    cwd: '/tmp',
    tool_name: 'Bash',
    tool_use_id: `toolu_${number}`,
    tool_input: { command: 'ls -la' },
    tool_response: { stdout: 'drwxr-xr-x 2 someone somewhere 4096 a line of a listing\n'.repeat(33) },
  });
}
