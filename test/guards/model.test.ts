import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AttentionItem, Guards } from '../../sidecar/guards/index.ts';
import { openStore, type Store } from '../../sidecar/store/index.ts';
import { changeLogFaults } from '../chaos/replay-changes.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { guardsOver, OFF, ON } from './opened-guards.ts';

const GUARDS = ['quiet', 'critical'] as const;
type Key = (typeof GUARDS)[number];

/** The episodes of one guard, told again in the plainest way: what a person should find. */
type Expected = {
  streak: { loud: boolean; length: number };
  current: 'none' | 'open' | 'acknowledged';
  count: number;
  over: number;
};
type Model = Record<Key, Expected>;
type Real = { store: Store; guards: Guards; parts: Map<string, typeof ON | typeof OFF> };

function look(model: Expected, loud: boolean, needed: number): void {
  const { streak } = model;
  model.streak = { loud, length: streak.loud === loud ? streak.length + 1 : 1 };
  if (loud && model.streak.length >= needed) {
    model.count = model.current === 'none' ? 1 : model.count + 1;
    if (model.current === 'none') model.current = 'open';
  }
  if (!loud && model.streak.length >= 2 && model.current !== 'none') {
    model.current = 'none';
    model.over += 1;
  }
}

const act = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('look' as const), loud: fc.tuple(fc.boolean(), fc.boolean()) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('acknowledge' as const), guard: fc.constantFrom(...GUARDS) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
);

test('notices come and go as told, whatever happens in between', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 60 }), async (acts) => {
      const { home, remove } = temporaryHome();
      const parts: Real['parts'] = new Map(GUARDS.map((key) => [key, ON]));
      const open = (): Real => {
        const store = openStore({ home });
        const guards = guardsOver({ store, configFile: home.config }, parts);
        return { store, guards, parts };
      };
      const model = Object.fromEntries(GUARDS.map((key) => [key, nothing()])) as Model;
      let real = open();
      try {
        for (const one of acts) {
          if (one.do === 'look') {
            for (const [index, key] of GUARDS.entries()) {
              parts.set(key, one.loud[index] ? OFF : ON);
              look(model[key], one.loud[index] === true, key === 'critical' ? 1 : 2);
            }
            real.guards.look();
          } else if (one.do === 'acknowledge') {
            const item = itemsOf(real.guards, one.guard).find(({ status }) => status === 'open');
            if (item) real.guards.attention.acknowledge(item.id);
            if (model[one.guard].current === 'open') model[one.guard].current = 'acknowledged';
          } else {
            await real.guards.stop();
            real.store.close();
            real = open();
            for (const key of GUARDS) model[key].streak = { loud: false, length: 0 };
          }
          for (const key of GUARDS) compare(model[key], itemsOf(real.guards, key));
        }
        expect(changeLogFaults(real.store.db)).toEqual([]);
      } finally {
        real.store.close();
        remove();
      }
    }),
    { numRuns: 60 },
  );
});

const nothing = (): Expected => ({ streak: { loud: false, length: 0 }, current: 'none', count: 0, over: 0 });

function itemsOf(guards: Guards, guard: Key): AttentionItem[] {
  return guards.attention.list().filter((item) => item.guard === guard && item.kind === 'loud');
}

function compare({ current, count, over }: Expected, items: AttentionItem[]): void {
  const live = items.filter(({ status }) => status !== 'closed');
  expect(live.map(({ status }) => status)).toEqual(current === 'none' ? [] : [current]);
  if (current !== 'none') expect(live[0]?.count).toBe(count);
  expect(items.length - live.length).toBe(over);
}
