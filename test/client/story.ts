import type { LedgerEvent } from './holdfast-scene.ts';
import type { Step } from './transcript.ts';

/** What happened in a session, told alike by the client's transcript and by the ledger. */
export interface Story {
  prompts: string[];
  /** Ids of the tool calls, in the order in which they began. */
  begun: string[];
  /** `ID ok` or `ID failed`, in the order in which they ended. */
  ended: string[];
  lastText: string | undefined;
}

export function storyOfTranscript(steps: Step[]): Story {
  return {
    prompts: steps.flatMap((step) => (step.kind === 'prompt' ? [step.text] : [])),
    begun: steps.flatMap((step) => (step.kind === 'tool use' ? [step.id] : [])),
    ended: steps.flatMap((step) =>
      step.kind === 'tool result' ? [`${step.toolUseId} ${step.isError ? 'failed' : 'ok'}`] : [],
    ),
    lastText: steps.flatMap((step) => (step.kind === 'text' ? [step.text] : [])).at(-1),
  };
}

/** By the time of the events: a spooled one is taken later than one that came live after it. */
export function storyOfLedger(events: LedgerEvent[]): Story {
  const inOrder = events.filter(({ agentId }) => agentId === null).sort(byTime);
  const of = (name: string) => inOrder.filter(({ event }) => event === name);
  return {
    prompts: of('UserPromptSubmit').map(({ body }) => String(body.prompt)),
    begun: of('PreToolUse').map(({ toolUseId }) => String(toolUseId)),
    ended: inOrder.flatMap(({ event, toolUseId }) => {
      if (event === 'PostToolUse') return [`${toolUseId} ok`];
      return event === 'PostToolUseFailure' ? [`${toolUseId} failed`] : [];
    }),
    lastText: of('Stop')
      .map(({ body }) => String(body.last_assistant_message))
      .at(-1),
  };
}

function byTime(a: LedgerEvent, b: LedgerEvent): number {
  return a.at === b.at ? a.seq - b.seq : a.at < b.at ? -1 : 1;
}
