import type { Notices } from './notices.ts';
import type { ItemRow } from './store.ts';

/** What a hook's answer carries: facts for the agent, where it needs any, and a line for the person. */
export type Telling = { additionalContext: string | null; systemMessage: string };

/** More than this many lines are read by nobody. */
const MOST = 5;
const LONGEST = 400;

/** What no session was told of yet, and marks it as told: once an episode. Inside a transaction of the caller's. */
export function tellSession(notices: Notices): Telling | null {
  const untold = notices.open().filter(({ told_at }) => told_at === null);
  if (untold.length === 0) return null;
  for (const row of untold) notices.told(row, 'told_at');
  const lines = untold.slice(0, MOST).map(line);
  const more = untold.length > MOST ? [`and ${untold.length - MOST} more`] : [];
  const list = [...lines, ...more].map((text) => `- ${text}`).join('\n');
  const many = untold.length === 1 ? 'a notice' : `${untold.length} notices`;
  return {
    additionalContext: `Holdfast has ${many} for the person at this machine, who sees the same:\n${list}`,
    systemMessage: `Holdfast has ${many} (\`holdfast attention\`):\n${list}`,
  };
}

function line({ title, why, hint }: ItemRow): string {
  const text = `${title}: ${why} ${hint}`.trim();
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}
