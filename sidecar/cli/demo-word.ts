import type { HomePaths } from '../home/index.ts';
import { callApi } from './api.ts';
import { paint, plain } from './print.ts';

type Promised = { status: string; quote: string; evidence: { summary: string } | null };
type Said = { verdict: string; quote: string; why: string };

/** What the sidecar made of the agent's words. Returns whether that is what the demo's story should come to. */
export async function showWord(home: HomePaths): Promise<boolean> {
  const { commitments } = await callApi<{ commitments: Promised[] }>(home, '/commitments');
  const { claims } = await callApi<{ claims: Said[] }>(home, '/claims');
  console.log(paint('bold', 'What the agent promised'));
  for (const { status, quote, evidence } of commitments.toReversed()) {
    print(status, quote, evidence ? `by: ${evidence.summary}` : 'no tool call has done it yet');
  }
  console.log(`\n${paint('bold', 'What it said was done')}`);
  for (const { verdict, quote, why } of claims.toReversed()) print(verdict, quote, why);
  console.log('');
  return (
    fits(commitments, ({ status }) => status, ['kept', 'open']) &&
    fits(claims, ({ verdict }) => verdict, ['backed', 'contradicted'])
  );
}

/** What a hook printed for Claude: the text that the model reads beside the prompt; null where there is none. */
export function contextIn(printed: string): string | null {
  if (printed.trim() === '') return null;
  const { hookSpecificOutput } = JSON.parse(printed) as {
    hookSpecificOutput?: { additionalContext?: string };
  };
  return hookSpecificOutput?.additionalContext ?? null;
}

const COLOURS = { kept: 'green', backed: 'green', contradicted: 'red', open: 'yellow' } as const;

function print(state: string, quote: string, why: string): void {
  const colour = COLOURS[state as keyof typeof COLOURS] ?? 'dim';
  console.log(`  ${paint(colour, state.padEnd(13))} “${plain(quote)}”`);
  console.log(`  ${' '.repeat(13)} ${paint('dim', plain(why))}`);
}

function fits<Row>(rows: Row[], stateOf: (row: Row) => string, wanted: string[]): boolean {
  return rows.map(stateOf).sort().join() === wanted.sort().join();
}
