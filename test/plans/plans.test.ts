import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changeLogFaults } from '../chaos/replay-changes.ts';
import { planning } from './calls.ts';

describe('TodoWrite', () => {
  test('is the whole list each time', () => {
    const { write, shown } = planning();
    write([
      ['A', 'in_progress'],
      ['B', 'pending'],
      ['C', 'pending'],
    ]);
    expect(shown()).toEqual(['1 A: in_progress', '2 B: pending', '3 C: pending']);
    write(
      [
        ['A', 'completed'],
        ['C', 'in_progress'],
      ],
      { second: 1 },
    );
    expect(shown()).toEqual(['1 A: completed', '2 C: in_progress']);
    write([], { second: 2 });
    expect(shown()).toEqual([]);
  });

  test('that is older changes nothing, not even after an empty list', () => {
    const { write, shown } = planning();
    write([['A', 'completed']], { second: 5 });
    write(
      [
        ['A', 'pending'],
        ['B', 'pending'],
      ],
      { second: 4, via: 'spool' },
    );
    expect(shown()).toEqual(['1 A: completed']);
    write([], { second: 6 });
    write([['A', 'in_progress']], { second: 3, via: 'spool' });
    expect(shown()).toEqual([]);
  });

  test('of a subagent is its own list, and not the session’s', () => {
    const { write, shown, plans } = planning();
    write([['S', 'in_progress']], { agent: 'a1' });
    expect(plans.of('s1')).toBeNull();
    write([['A', 'in_progress']], { second: 1 });
    write([['S', 'completed']], { second: 2, agent: 'a1' });
    expect(shown()).toEqual(['1 A: in_progress']);
  });

  test('leaves tasks alone, and the reverse', () => {
    const { write, create, shown } = planning();
    create('1', 'Task');
    write([['Todo', 'pending']], { second: 1 });
    write([], { second: 2 });
    expect(shown()).toEqual(['1 Task: pending']);
  });
});

describe('TaskCreate and TaskUpdate', () => {
  test('add, move, rename and delete', () => {
    const { create, update, shown, open } = planning();
    create('1', 'A');
    create('2', 'B');
    create('10', 'C');
    update('1', { status: 'in_progress' }, { second: 1 });
    update('2', { subject: 'B2', addBlockedBy: ['1'] }, { second: 2 });
    expect(shown()).toEqual(['1 A: in_progress', '2 B2: pending', '10 C: pending']);
    update('1', { status: 'completed' }, { second: 3 });
    update('2', { status: 'deleted' }, { second: 4 });
    expect(shown()).toEqual(['1 A: completed', '10 C: pending']);
    expect(open()).toEqual(['10 C: pending']);
  });

  test('that the client itself calls a failure is none', () => {
    const { finished, plans } = planning();
    const answer = { success: false, taskId: '99', updatedFields: [], error: 'Task not found' };
    finished('TaskUpdate', { taskId: '99', status: 'completed' }, answer);
    expect(plans.of('s1')).toBeNull();
  });

  test('of a subagent are the session’s: they share the list', () => {
    const { create, update, shown } = planning();
    create('1', 'A');
    create('2', 'Of the subagent', { second: 1, agent: 'a1' });
    update('1', { status: 'completed' }, { second: 2, agent: 'a1' });
    expect(shown()).toEqual(['1 A: completed', '2 Of the subagent: pending']);
  });

  test('at the same moment, of one item: neither loses what the other told', () => {
    const { create, update, shown } = planning();
    create('1', 'A');
    update('1', { subject: 'A, but better' }, { second: 1 });
    update('1', { status: 'in_progress' }, { second: 1 });
    expect(shown()).toEqual(['1 A, but better: in_progress']);
  });

  test('an update that is older than another one counts for what the newer did not tell', () => {
    const { create, update, shown } = planning();
    create('1', 'A');
    update('1', { status: 'completed' }, { second: 3 });
    update('1', { status: 'in_progress', subject: 'A2' }, { second: 2, via: 'spool' });
    expect(shown()).toEqual(['1 A2: completed']);
  });

  test('a creation that comes after its deletion brings nothing back', () => {
    const { create, update, shown } = planning();
    update('1', { status: 'deleted' }, { second: 2 });
    create('1', 'A', { second: 1, via: 'spool' });
    expect(shown()).toEqual([]);
  });

  test('in any order of arrival end in the same list', () => {
    const steps = [
      { create: 'A', id: '1' },
      { create: 'B', id: '2' },
      { id: '1', status: 'in_progress' },
      { id: '2', subject: 'B2' },
      { id: '1', status: 'completed' },
      { id: '2', status: 'in_progress' },
      { create: 'C', id: '3' },
      { id: '3', status: 'deleted' },
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(steps, { minLength: steps.length }), (order) => {
        const { create, update, shown, store } = planning();
        for (const step of order) {
          const { create: subject, id, ...change } = step;
          const when = { second: 1 + steps.indexOf(step), via: 'spool' as const };
          if (subject === undefined) update(id, change, when);
          else create(id, subject, when);
        }
        expect(shown()).toEqual(['1 A: completed', '2 B2: in_progress']);
        expect(changeLogFaults(store.db)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

describe('TaskList and TaskGet', () => {
  test('tell what was there before Holdfast was', () => {
    const { list, finished, shown } = planning();
    list([{ id: '4', subject: 'Old', status: 'in_progress' }]);
    const task = { id: '5', subject: 'Older', status: 'pending', description: '', blocks: [], blockedBy: [] };
    finished('TaskGet', { taskId: '5' }, { task }, { second: 1 });
    expect(shown()).toEqual(['4 Old: in_progress', '5 Older: pending']);
  });

  test('saw what was there when they began: what changed since stays', () => {
    const { create, update, list, shown } = planning();
    create('1', 'A');
    update('1', { status: 'completed' }, { second: 5 });
    list([{ id: '1', subject: 'A', status: 'pending' }], { second: 6, tookMs: 2_000 });
    expect(shown()).toEqual(['1 A: completed']);
  });

  test.each([undefined, null, 'text', [], { tasks: 'x' }, { tasks: [null, 7, {}, { id: 1 }] }])(
    'with the odd answer %j tell nothing',
    (answer) => {
      const { finished, plans } = planning();
      for (const tool of ['TaskList', 'TaskGet', 'TaskCreate', 'TaskUpdate', 'TodoWrite'])
        finished(tool, answer, answer, { tookMs: 1e300 });
      expect(plans.of('s1')?.items ?? []).toEqual([]);
    },
  );
});

describe('counts and what is interrupted', () => {
  test('are worked out when somebody looks, and the record stays as it was', () => {
    const { write, plans, take, store, clock, open } = planning();
    write([
      ['A', 'completed'],
      ['B', 'in_progress'],
      ['C', 'pending'],
    ]);
    expect(plans.of('s1')?.counts).toEqual({
      ...{ total: 3, pending: 1, inProgress: 1, interrupted: 0, completed: 1 },
    });
    clock.now = new Date('2026-03-01T13:00:00.000Z');
    take('SessionEnd', { session_id: 's1', reason: 'other' });
    const before = store.lastChange();
    expect(plans.of('s1')?.counts).toMatchObject({ total: 3, inProgress: 0, interrupted: 1 });
    expect(plans.of('s1')?.items[1]).toMatchObject({ subject: 'B', status: 'interrupted' });
    expect(open()).toEqual(['2 B: in_progress', '3 C: pending']);
    expect(store.lastChange()).toBe(before);
    take('SessionStart', { session_id: 's1', source: 'resume' });
    expect(plans.of('s1')?.counts).toMatchObject({ inProgress: 1, interrupted: 0 });
  });

  test('secrets in a subject are masked', () => {
    const { create, shown, store } = planning();
    const secret = `ghp_${'a1B2c3D4e5F6g7H8i9J0'.repeat(2).slice(0, 36)}`;
    create('1', `Use ${secret}`);
    expect(shown()[0]).toMatch(/^1 Use /);
    const dump = store.db.prepare('SELECT group_concat(subject) FROM plan_items').pluck().get();
    expect(dump).not.toContain(secret);
  });
});
