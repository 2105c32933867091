import { describe, expect, test } from 'vitest';
import { inOrder } from '../../sidecar/audit/in-order.ts';
import type { Step } from '../../sidecar/audit/judge.ts';
import { seenKeys } from '../../sidecar/audit/seen.ts';
import type { Transcript } from '../../sidecar/audit/transcript.ts';

type Made = { name: string; steps: [second: number, uuid: string][]; startsAt?: number; modified?: number };

const at = (second: number) => new Date(second * 1000).toISOString();

function order(made: Made[]) {
  const opened: string[] = [];
  const held: number[] = [];
  let open = 0;
  const counts = { copies: 0 };
  const transcripts = made.map(
    ({ name, steps, startsAt = steps[0]?.[0] ?? 0, modified = 0 }): Transcript => ({
      path: name,
      bytes: 0,
      modified,
      sessionId: name,
      agentId: null,
      cwd: '/p',
      startsAt: at(startsAt),
    }),
  );
  function* read({ sessionId }: Transcript): Generator<Step> {
    opened.push(sessionId);
    open += 1;
    try {
      for (const [second, uuid] of made.find(({ name }) => name === sessionId)?.steps ?? [])
        yield { kind: 'turn-end', at: at(second), sessionId, agentId: null, uuid, message: uuid };
    } finally {
      open -= 1;
    }
  }
  const told: string[] = [];
  for (const step of inOrder(transcripts, read, counts)) {
    told.push(`${step.sessionId} ${step.kind === 'turn-end' ? step.uuid : ''}`);
    held.push(open);
  }
  return { told, opened, most: Math.max(0, ...held), open, copies: counts.copies };
}

describe('several transcripts', () => {
  test('interleave as they happened', () => {
    const { told } = order([
      {
        name: 'b',
        steps: [
          [2, 'b1'],
          [9, 'b2'],
        ],
      },
      {
        name: 'a',
        steps: [
          [1, 'a1'],
          [3, 'a2'],
          [10, 'a3'],
        ],
      },
    ]);
    expect(told).toEqual(['a a1', 'b b1', 'a a2', 'b b2', 'a a3']);
  });

  test('are open only while they last', () => {
    const made = Array.from(
      { length: 50 },
      (_, n): Made => ({
        name: `s${n}`,
        steps: [
          [n * 10, `u${n}`],
          [n * 10 + 5, `v${n}`],
        ],
      }),
    );
    const { told, most, open } = order(made);
    expect(told).toHaveLength(100);
    expect(most).toBeLessThanOrEqual(2);
    expect(open).toBe(0);
  });

  test('that copy each other tell each thing once, in the name of the one that was first', () => {
    const { told, copies } = order([
      {
        name: 'fork',
        steps: [
          [1, 'x'],
          [2, 'y'],
          [7, 'z'],
        ],
        modified: 9,
      },
      {
        name: 'original',
        steps: [
          [1, 'x'],
          [2, 'y'],
          [5, 'w'],
        ],
        modified: 5,
      },
    ]);
    expect(told).toEqual(['original x', 'original y', 'original w', 'fork z']);
    expect(copies).toBe(2);
  });

  test('of which one was forked later, as its first row says, leave the past to the original', () => {
    const { told, opened } = order([
      {
        name: 'fork',
        steps: [
          [1, 'x'],
          [2, 'y'],
          [7, 'z'],
        ],
        startsAt: 6,
      },
      {
        name: 'original',
        steps: [
          [1, 'x'],
          [2, 'y'],
          [8, 'w'],
        ],
      },
    ]);
    expect(told).toEqual(['original x', 'original y', 'fork z', 'original w']);
    expect(opened).toEqual(['original', 'fork']);
  });

  test('whose clock goes back keep their own order', () => {
    const { told } = order([
      {
        name: 'a',
        steps: [
          [5, 'a1'],
          [1, 'a2'],
          [6, 'a3'],
        ],
      },
      { name: 'b', steps: [[5, 'b1']] },
    ]);
    expect(told.filter((step) => step.startsWith('a'))).toEqual(['a a1', 'a a2', 'a a3']);
  });

  test('close all files when the reader stops early', () => {
    let open = 0;
    function* read(): Generator<Step> {
      open += 1;
      try {
        for (const uuid of ['1', '2'])
          yield { kind: 'turn-end', at: at(1), sessionId: 's', agentId: null, uuid, message: '' };
      } finally {
        open -= 1;
      }
    }
    const one: Transcript = {
      path: 'p',
      bytes: 0,
      modified: 0,
      sessionId: 's',
      agentId: null,
      cwd: null,
      startsAt: at(1),
    };
    for (const _ of inOrder([one, one], read, { copies: 0 })) break;
    expect(open).toBe(0);
  });
});

test('a hundred thousand keys are each seen once', () => {
  const seen = seenKeys();
  for (let round = 0; round < 2; round++) {
    let fresh = 0;
    for (let key = 0; key < 100_000; key++) if (seen.add(`toolu_${key}`)) fresh += 1;
    expect(fresh).toBe(round === 0 ? 100_000 : 0);
  }
  expect([seen.add(''), seen.add(''), seen.add('\0')]).toEqual([true, false, true]);
});
