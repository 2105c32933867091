// npm run chaos -- RUNG [--rounds N] [--seed S]: one rung of the ladder with the counts of one's choice.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '..', '..');
/** The numbers of the ladder in the testing notes. */
const NUMBERED = {
  1: 'kill-loop',
  2: 'race-to-start',
  3: 'host-lock',
  4: 'nth-fault',
  6: 'bad-input',
  8: 'turns',
};
const rungs = readdirSync(here)
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => name.replace('.test.ts', ''));

process.exitCode = run();

function run() {
  const { rung, rounds, seed, problem } = read();
  if (problem) {
    console.error(`chaos: ${problem}`);
    console.error('usage: npm run chaos -- RUNG [--rounds N] [--seed S]');
    console.error(`rungs: ${rungs.join(' ')} (or ${Object.keys(NUMBERED).join(', ')}), all`);
    return 2;
  }
  const files = (rung === 'all' ? rungs : [rung]).map((name) => `test/chaos/${name}.test.ts`);
  const { status } = spawnSync(
    process.execPath,
    [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...files, '--disableConsoleIntercept'],
    {
      cwd: root,
      stdio: 'inherit',
      env: {
        ...process.env,
        ...(rung !== 'all' && { CHAOS_RUNG: rung }),
        ...(rounds && { CHAOS_ROUNDS: rounds }),
        ...(seed && { CHAOS_SEED: seed }),
      },
    },
  );
  return status ?? 1;
}

function read() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { rounds: { type: 'string' }, seed: { type: 'string' } },
    });
    const [asked = '', ...more] = positionals;
    const rung = NUMBERED[asked] ?? asked;
    if (more.length > 0) return { problem: `one rung at a time, and not also ${more.join(' ')}` };
    if (rung !== 'all' && !rungs.includes(rung))
      return { problem: `there is no rung ${JSON.stringify(asked)}` };
    for (const name of ['rounds', 'seed'])
      if (values[name] !== undefined && !/^[1-9]\d{0,9}$/.test(values[name]))
        return { problem: `--${name} is a whole number above 0` };
    if (rung === 'all' && values.rounds) return { problem: '--rounds belongs to one rung' };
    return { rung, ...values };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
