import { describe, expect, test } from 'vitest';
import { type Heard, judge } from '../../../sidecar/guards/hooks/judge.ts';
import { PROOFS, type SignKind } from '../../../sidecar/guards/hooks/proofs.ts';
import type { Sign } from '../../../sidecar/guards/hooks/read-signs.ts';
import { HOOK_ENTRIES } from '../../../sidecar/registration/index.ts';

const OF_TOOLS: SignKind[] = ['ran', 'ok', 'failed'];
const at = (second: number) => new Date(Date.UTC(2026, 10, 21, 10, 0, second)).toISOString();

function sign(kind: SignKind, second = 10): Sign {
  return { kind, at: at(second), toolUseId: OF_TOOLS.includes(kind) ? `t${second}` : null };
}

/** Of one event nothing came; of the others everything did. `first`: null is a session of which nothing was heard. */
function heardAllBut(silent: string | null, first: string | null = at(0)): Heard {
  return { first, came: (event) => first !== null && event !== silent };
}

type Given = { version?: string | null; worked?: boolean; missed?: Map<string, number> };

function judged(signs: Sign[], heard: Heard, given: Given = {}): string[] {
  const { version = '2.1.197', worked = true, missed = new Map() } = given;
  return judge(signs, { heard, version, worked, missed }).map(({ event, what }) => `${event} ${what}`);
}

test('there is one line for each registered hook', () => {
  expect(PROOFS.map(({ event }) => event)).toEqual(HOOK_ENTRIES.map(({ event }) => event));
});

const PROVED = PROOFS.flatMap(({ event, sign: kind, inHeardSession }) =>
  kind === null ? [] : [{ event, kind, inHeardSession }],
);

describe.each(PROVED)('$event', ({ event, kind, inHeardSession }) => {
  const twice = [sign(kind, 10), sign(kind, 20)];

  test('is silent in a session of which nothing was heard', () => {
    expect(judged([sign(kind)], heardAllBut(event, null))).toEqual([`${event} session`]);
  });

  test('is fine where it came', () => {
    expect(judged(twice, heardAllBut(null))).toEqual([]);
  });

  test('is missing from a session of which others came only after the second time in a row', () => {
    const missed = new Map<string, number>();
    expect(judged([sign(kind, 10)], heardAllBut(event), { missed })).toEqual([]);
    const second = judged([sign(kind, 20)], heardAllBut(event), { missed });
    expect(second).toEqual(inHeardSession ? [`${event} hook`] : []);
  });

  test('is fine where it came again after it was missing', () => {
    const heard: Heard = {
      first: at(0),
      came: (_, toolUseId, from) => (toolUseId === null ? from > at(15) : toolUseId === 't20'),
    };
    expect(judged([sign(kind, 5), sign(kind, 10), sign(kind, 20)], heard)).toEqual([]);
  });

  test('is not asked for before the session’s first event: a fork begins with the rows of its parent', () => {
    expect(judged(twice, heardAllBut(event, at(30)))).toEqual([]);
  });

  test('is not asked of a client that has no such event, or does not say what it is', () => {
    expect(judged(twice, heardAllBut(event), { version: '1.0.0' })).toEqual([]);
    expect(judged(twice, heardAllBut(event, null), { version: '1.0.0' })).toEqual([]);
    expect(judged(twice, heardAllBut(event, null), { version: null })).toEqual([]);
  });

  test('is not asked of a session that has not worked yet', () => {
    expect(judged([sign(kind)], heardAllBut(event, null), { worked: false })).toEqual([]);
  });
});
