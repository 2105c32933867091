import { describe, expect, test } from 'vitest';
import type { JudgedClaim, JudgedPromise } from '../../sidecar/audit/judge.ts';
import { newTally } from '../../sidecar/audit/tally.ts';

const at = (day: number) => `2026-01-${String(day).padStart(2, '0')}T12:00:00.000Z`;
const promise = (state: JudgedPromise['state'], day: number, quote = state as string): JudgedPromise => ({
  ...{ state, at: at(day), sessionId: 's', verb: 'push', object: 'branch', quote, tried: null },
});
const claim = (state: JudgedClaim['state'], day: number): JudgedClaim => ({
  ...{ state, at: at(day), sessionId: 's', verb: 'test', object: '', quote: state, tried: 'npm test' },
});

describe('the tally', () => {
  test('adds up, in all and for each project, the one with the most failings first', () => {
    const tally = newTally({ since: '', mask: (text) => text });
    for (const [project, states] of [
      ['/good', ['kept', 'kept']],
      ['/empty', []],
      ['/bad', ['kept', 'dropped', 'attempted', 'withdrawn']],
    ] as const) {
      const judged = tally.of(project);
      for (const state of states) judged.promise(promise(state, 1));
      if (project === '/bad') judged.claim(claim('contradicted', 2));
      judged.done();
    }
    const { promises, claims, projects } = tally.result();
    expect(promises).toEqual({ total: 6, kept: 3, attempted: 1, dropped: 1, withdrawn: 1 });
    expect(claims).toEqual({ total: 1, backed: 0, contradicted: 1, unbacked: 0 });
    expect(projects.map(({ project }) => project)).toEqual(['/bad', '/good']);
  });

  test('keeps the ten worst: the gravest, and of those the newest', () => {
    const tally = newTally({ since: '', mask: (text) => text });
    const judged = tally.of('/p');
    for (let day = 1; day <= 28; day++) {
      judged.promise(promise('kept', day));
      judged.promise(promise('dropped', day));
      if (day % 9 === 0) judged.claim(claim('contradicted', day));
      if (day % 7 === 0) judged.claim(claim('unbacked', day));
      judged.claim(claim('backed', day));
    }
    const worst = tally.result().worst.map(({ state, date }) => `${state} ${Number(date.slice(8, 10))}`);
    expect(worst).toEqual([
      ...['contradicted 27', 'contradicted 18', 'contradicted 9'],
      ...['unbacked 28', 'unbacked 21', 'unbacked 14', 'unbacked 7'],
      ...['dropped 28', 'dropped 27', 'dropped 26'],
    ]);
  });

  test('counts what was said since, and nothing older', () => {
    const tally = newTally({ since: at(5), mask: (text) => text });
    const judged = tally.of('/p');
    for (const day of [4, 5, 6]) judged.promise(promise('dropped', day));
    judged.claim(claim('unbacked', 4));
    const { promises, claims, worst, overTime } = tally.result();
    expect([promises.total, claims.total, worst.length]).toEqual([2, 0, 2]);
    expect(overTime.periods.map(({ from }) => from)).toEqual(['2026-01-05', '2026-01-06']);
  });

  test('masks what it keeps of a sentence, on one line and not too long', () => {
    const tally = newTally({ since: '', mask: (text) => text.replaceAll('hunter2', '[masked]') });
    tally.of('/p').promise(promise('dropped', 1, `I'll push\nwith  hunter2. ${'x'.repeat(1000)}`));
    const [one] = tally.result().worst;
    expect(one?.sentence).toMatch(/^I'll push with \[masked\]\. x+…$/);
    expect(one?.sentence.length).toBeLessThan(320);
  });
});
