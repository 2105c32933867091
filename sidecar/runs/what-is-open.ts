import { createHash } from 'node:crypto';
import type { Commitment } from '../commitments/index.ts';
import type { OpenThing, Run } from './run.ts';

/** Where a run looks for what its session left open. */
export type OpenSources = {
  promises: (sessionId: string) => Commitment[];
  planItems: (sessionId: string) => { id: string; text: string }[];
};

/** Derived each time that somebody asks. Of the `--until` command it is the last result that counts. */
export function whatIsOpen(sources: OpenSources, run: Run): OpenThing[] {
  const { sessionId, until, untilResult } = run;
  const ofSession = sessionId === null ? [] : [...promises(sources, sessionId), ...items(sources, sessionId)];
  if (until === null || untilResult?.code === 0) return ofSession;
  return [...ofSession, { kind: 'until', key: 'until', text: untilText(until, untilResult) }];
}

function promises(sources: OpenSources, sessionId: string): OpenThing[] {
  return sources.promises(sessionId).map(({ id, verb, object, quote }) => {
    const what = object === '' ? verb : `${verb} ${object}`;
    return { kind: 'promise', key: `promise:${id}`, text: quote ? `${what} ("${quote}")` : what };
  });
}

function items(sources: OpenSources, sessionId: string): OpenThing[] {
  return sources.planItems(sessionId).map(({ id, text }) => ({ kind: 'plan', key: `plan:${id}`, text }));
}

function untilText(until: string, result: Run['untilResult']): string {
  if (result === null) return `${until} (not run yet)`;
  if (result.timedOut) return `${until} (was not done in time)`;
  return result.code === null ? `${until} (was ended)` : `${until} (ended with ${result.code})`;
}

/** The same for the same things, in whatever order they are told. */
export function fingerprintOf(open: OpenThing[]): string {
  const keys = open.map(({ key }) => key).sort();
  return createHash('sha256').update(JSON.stringify(keys)).digest('hex').slice(0, 16);
}
