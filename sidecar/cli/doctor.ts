import { whoServes } from '../server/index.ts';
import { diagnose } from '../setup/index.ts';
import type { Context } from './main.ts';
import { paint, plain, printJson } from './print.ts';

export async function run({ json = false }: { json?: boolean }, { home, launch }: Context): Promise<number> {
  const diagnosis = await diagnose({ home, project: process.cwd(), whoServes, launch });
  if (json) {
    printJson(diagnosis);
    return diagnosis.ok ? 0 : 1;
  }
  for (const { name, ok, detail, hint, diff } of diagnosis.checks) {
    console.log(`${ok ? paint('green', '✓') : paint('red', '✗')} ${plain(`${name.padEnd(30)} ${detail}`)}`);
    if (hint) console.log(plain(`  ${''.padEnd(30)} → ${hint}`));
    if (diff)
      console.log(
        diff
          .trimEnd()
          .split('\n')
          .map((line) => `    ${plain(line)}`)
          .join('\n'),
      );
  }
  const wrong = diagnosis.checks.filter(({ ok }) => !ok).length;
  console.log(
    wrong === 0
      ? '\nEverything is as it should be.'
      : `\n${wrong} of ${diagnosis.checks.length} checks found something wrong.`,
  );
  return diagnosis.ok ? 0 : 1;
}
