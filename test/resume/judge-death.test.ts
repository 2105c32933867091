import { describe, expect, test } from 'vitest';
import type { Death } from '../../sidecar/resume/deaths.ts';
import type { Entry } from '../../sidecar/resume/entry.ts';
import { isUnfinished, refusedAfterwards, refusedBeforehand } from '../../sidecar/resume/judge-death.ts';
import type { Sign, Unfinished } from '../../sidecar/sessions/index.ts';
import { aClient } from '../sessions/watched.ts';
import { DAY, HOUR, queueScene } from './resume-kit.ts';

const sign = (kind: Sign['kind']): Sign => ({ kind, text: kind });
const SOMETHING: Unfinished = { strong: [sign('turn-in-flight')], weak: [] };
const NOTHING: Unfinished = { strong: [], weak: [] };

function judged(options: Parameters<typeof queueScene>[0] = {}) {
  const opened = queueScene(options);
  const { rooms, now } = opened;
  const deathOf = (sessionId: string, runId: string | null = null, livedAt = now()): Death => ({
    ...{ key: `test:${sessionId}`, sessionId, runId, why: 'It died.' },
    at: now().toISOString(),
    livedAt: livedAt.toISOString(),
  });
  const judge = (death: Death, unfinished = SOMETHING) =>
    (refusedBeforehand(rooms, death) ?? refusedAfterwards(rooms, death, unfinished))?.reason ?? null;
  return { ...opened, deathOf, judge };
}

describe('a death is refused', () => {
  test.each([
    ['not-terminal', ['hang'], 'running'],
    ['operator-kill', ['hang'], 'killed'],
    ['stall-kill', ['events 1; hang'], 'failed'],
    [null, ['events 1; exit 1'], 'failed'],
  ] as const)('%s: a run that plays %j and is %s', async (reason, plays, state) => {
    const scene = judged({ plays: [...plays], stallSeconds: state === 'failed' ? 0.3 : 0 });
    const { id } = await scene.begin();
    if (state === 'killed') {
      await scene.reach(id, 'running');
      await scene.runs.kill(id);
    }
    await scene.reach(id, state);
    expect(scene.judge(scene.deathOf(scene.one(id).sessionId ?? '', id))).toBe(reason);
    if (state === 'running') await scene.runs.kill(id);
  });

  test('not-terminal while its process runs, or may: one that nobody could name', async () => {
    const { session, send, judge, deathOf } = judged();
    const client = await aClient();
    session('s1', { client });
    session('s2', { client: null });
    for (const id of ['s1', 's2']) {
      send('StopFailure', id, { error: 'rate_limit' });
      expect(judge(deathOf(id))).toBe('not-terminal');
    }
    await client.kill();
    expect([judge(deathOf('s1')), judge(deathOf('s2'))]).toEqual([null, 'not-terminal']);
  });

  test('no-resume-path of what no hook told, and of a run that is not there', async () => {
    const { session, send, reap, judge, deathOf, sessions } = judged();
    session('s1', { transcript: null });
    send('UserPromptSubmit', 's2', { cwd: '', prompt: 'x' }, { client: { pid: 2 ** 30, processStart: '1' } });
    sessions.mark('s2', true);
    await reap();
    expect(judge(deathOf('s1'))).toBe('no-resume-path');
    expect(judge(deathOf('s2'))).toBe('no-resume-path');
    expect(judge(deathOf('nobody', 'no-run'))).toBe('no-resume-path');
  });

  test('for one reason after the other, in their order', async () => {
    const { session, reap, judge, deathOf, sessions, send, turns, rooms, pass, limits, turnOf } = judged({
      plays: ['events 1; hang', 'events 1; exit 1'],
      stallSeconds: 0.3,
    });
    const unmarked = deathOf('s1');
    await turns.stop(turnOf('s1').id);
    const client = await aClient();
    session('s1', { marked: false, transcript: null, client });
    rooms.store.write(() => {
      for (const turnId of ['t1', 't2'])
        rooms.brakes.bury({ id: 'e', turnId, sessionId: 's1', runId: null }, rooms.clock.now().toISOString());
    });
    const reasons: (string | null)[] = [];
    const next = (unfinished = NOTHING) =>
      reasons.push(judge(deathOf('s1', null, new Date(unmarked.at)), unfinished));
    limits.enabled = false;

    next();
    await client.kill();
    await reap();
    next();
    await turnOf('s1').end('stalled');
    next();
    await turnOf('s1').end('crashed');
    next();
    sessions.mark('s1', true);
    next();
    send('SessionStart', 's1', { source: 'startup' }, { client: { pid: 2 ** 30, processStart: '1' } });
    await reap();
    next();
    rooms.entries.add(entryOf('s1', unmarked.at));
    next(SOMETHING);
    const open = rooms.entries.openOf('s1');
    if (open) rooms.entries.replace(open, { state: 'respawned', endedAt: unmarked.at, turnId: 't' });
    next(SOMETHING);
    pass(DAY + HOUR);
    next(SOMETHING);
    limits.enabled = true;
    next(SOMETHING);
    expect(reasons).toEqual([
      ...['not-terminal', 'operator-kill', 'stall-kill', 'not-autonomous', 'no-resume-path'],
      ...['insufficient-evidence', 'duplicate', 'resurrection-cap', 'queue-disabled', null],
    ]);
  });

  test.each([
    [[], [], false],
    [[], ['recent-prompt'], false],
    [[], ['recent-tool-call'], false],
    [[], ['recent-prompt', 'recent-tool-call'], true],
    [['turn-in-flight'], [], true],
    [['plan-item'], [], true],
    [['open-promise'], [], true],
    [['dirty-worktree'], [], true],
    [['background-task'], ['recent-prompt'], true],
  ] as const)('with the strong signs %j and the weak ones %j it is unfinished: %s', (strong, weak, is) => {
    expect(isUnfinished({ strong: strong.map(sign), weak: weak.map(sign) })).toBe(is);
  });

  test('duplicate where its last entry is about the same life, and not after a later one', async () => {
    const { session, judge, deathOf, rooms, now, turnOf, turns } = judged({ plays: ['exit 1'] });
    session('s1');
    const at = (ms: number) => new Date(now().getTime() + ms);
    rooms.entries.add(entryOf('s1', now().toISOString()));
    const change = (to: Partial<Entry>) => {
      const entry = rooms.entries.lastOf('s1');
      if (entry) rooms.entries.replace(entry, to);
    };
    const lived = (ms: number) => judge(deathOf('s1', null, at(ms)));
    expect([lived(-1_000), lived(1_000)]).toEqual(['duplicate', null]);

    const turn = turnOf('s1');
    change({ turnId: turn.id, state: 'starting' });
    expect([lived(-1_000), lived(60_000)]).toEqual(['duplicate', 'duplicate']);
    await turn.end('crashed');
    change({ state: 'queued' });
    const attempt = Date.parse(turns.one(turn.id)?.endedAt ?? '') - now().getTime();
    expect([lived(attempt - 1_000), lived(attempt + 1_000)]).toEqual(['duplicate', null]);

    const over = { endedAt: at(60_000).toISOString() };
    change({ state: 'invalidated', reason: 'running', ...over });
    expect([lived(attempt - 1_000), lived(attempt + 1_000)]).toEqual(['duplicate', null]);
    change({ state: 'cancelled', reason: null, ...over });
    expect([lived(1_000), lived(61_000)]).toEqual(['duplicate', null]);
  });

  test('resurrection-cap by its run too, whatever its session is now', () => {
    const { rooms, judge, deathOf, session, limits } = judged();
    session('s1');
    rooms.store.write(() => {
      const at = rooms.clock.now().toISOString();
      rooms.brakes.bury({ id: 'e', turnId: 't1', sessionId: 'before', runId: 'r' }, at);
      rooms.brakes.bury({ id: 'e', turnId: 't2', sessionId: 's1', runId: 'r' }, at);
    });
    const refused = refusedAfterwards(rooms, deathOf('s1', 'r'), SOMETHING);
    expect(refused?.reason).toBe('resurrection-cap');
    expect(judge(deathOf('s1'))).toBeNull();
    limits.maxResurrections = 3;
    expect(refusedAfterwards(rooms, deathOf('s1', 'r'), SOMETHING)).toBeNull();
  });
});

function entryOf(sessionId: string, at: string) {
  return {
    ...{ id: `entry-${sessionId}`, death: 'before', sessionId, runId: null, reason: null, diedAt: at },
    ...{ state: 'queued' as const, why: 'x', unfinished: SOMETHING, directory: '/', branch: null },
    ...{ transcript: null, transcriptMark: null, attempts: 0, nextAttemptAt: null, turnId: null },
    ...{ wouldResumeAt: null, queuedAt: at, expiresAt: at, endedAt: null, version: 1 },
  };
}
