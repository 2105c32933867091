import { callApi } from './api.ts';
import type { Context } from './main.ts';
import { paint, plain, printJson, printTable } from './print.ts';

type Guard = {
  key: string;
  effective: string;
  runtimeReason?: string;
  error?: string;
  hint?: string;
  description: string;
};
type Posture = { guards: Guard[]; summary: { total: number; loud: number } };

export async function run({ json = false }: { json?: boolean }, { home }: Context): Promise<number> {
  const posture = await callApi<Posture>(home, '/guards');
  if (json) printJson(posture);
  else print(posture);
  return posture.summary.loud > 0 ? 1 : 0;
}

/** The loud ones come first, and with all that is known of them. */
function print({ guards, summary }: Posture): void {
  const { total, loud } = summary;
  for (const guard of guards.slice(0, loud)) showLoud(guard);
  printTable(
    ['guard', 'state', 'why', 'what to do'],
    guards.slice(loud).map((guard) => [guard.key, guard.effective, why(guard), guard.hint ?? '']),
    2,
  );
  const verdict = loud === 0 ? paint('green', 'none is loud') : paint('red', `${loud} loud`);
  console.log(`\n${total} guards, ${verdict}`);
}

function showLoud(guard: Guard): void {
  const { key, effective, hint, description } = guard;
  const lines: [string, string][] = [
    ['why', why(guard)],
    ['what to do', hint ?? ''],
    ['lost', description],
  ];
  console.log(`${paint('red', paint('bold', plain(key)))}  ${paint('red', effective)}`);
  for (const [name, text] of lines)
    if (text !== '') console.log(`  ${paint('dim', name.padEnd(10))}  ${plain(text)}`);
  console.log('');
}

function why({ error, runtimeReason }: Guard): string {
  return [runtimeReason, error].filter((text) => text !== undefined).join(' ');
}
