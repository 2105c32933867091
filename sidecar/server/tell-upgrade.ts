import type { Telling } from '../guards/index.ts';

/** An upgrade that nobody asked for just then is news to the person, and none to the agent. */
export function withUpgrade(summary: string | null, told: Telling | null): Telling | null {
  if (summary === null) return told;
  const upgraded = `Holdfast: ${summary} \`holdfast migrate\` says what, and why.`;
  return {
    additionalContext: told?.additionalContext ?? null,
    systemMessage: told ? `${upgraded}\n${told.systemMessage}` : upgraded,
  };
}
