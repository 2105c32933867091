import { callApi } from './api.ts';
import type { Context } from './main.ts';
import { ago, paint, plain, printJson } from './print.ts';

type Claim = {
  quote: string;
  verdict: string;
  why: string;
  at: string;
  evidence: { summary: string } | null;
};
type Options = { verdict?: string; session?: string; limit: string; json?: boolean };

const COLOURS = { backed: 'green', contradicted: 'red', unbacked: 'yellow' } as const;

export async function run(
  { verdict, session, limit, json = false }: Options,
  { home }: Context,
): Promise<number> {
  const query = new URLSearchParams({
    limit,
    ...(verdict && { verdict }),
    ...(session && { sessionId: session }),
  });
  const page = await callApi<{ claims: Claim[]; nextCursor: string | null }>(home, `/claims?${query}`);
  if (json) printJson(page);
  else if (page.claims.length === 0)
    console.log('Nothing was said to be done yet, as far as Holdfast heard.');
  else for (const claim of page.claims) show(claim);
  return 0;
}

function show({ quote, verdict, why, at }: Claim): void {
  const colour = COLOURS[verdict as keyof typeof COLOURS] ?? 'dim';
  console.log(`${paint(colour, verdict.padEnd(12))} "${plain(quote)}" ${paint('dim', ago(at))}`);
  console.log(`${' '.repeat(13)}${plain(why)}`);
}
