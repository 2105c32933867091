import type { BoardSources } from '../../sidecar/board/sources.ts';
import type { GuardState } from '../../sidecar/guards/index.ts';
import type { Plans } from '../../sidecar/plans/index.ts';
import type { Store } from '../../sidecar/store/index.ts';
import type { seed } from './seed.ts';

/** When the scene plays: a picture of it is the same tomorrow. */
export const NOON = new Date('2026-03-20T12:00:00.000Z');

const DAY = 24 * 60;
const SHOP = '/home/me/shop';
const ENGINE = '/home/me/engine';
const at = (minutes: number) => new Date(NOON.getTime() - minutes * 60_000).toISOString();

const SAID = [
  ['push', 'I’ll push the branch now.', 'git push -u origin checkout'],
  ['test', 'Next I’ll run the unit tests.', 'npm test'],
  ['commit', 'I’ll commit this in two parts.', 'git commit -m "Split the cart"'],
  ['update', 'I’ll update the changelog.', 'Edit CHANGELOG.md'],
  ['build', 'I’ll rebuild the release binary.', 'cargo build --release'],
] as const;

type Played = { seed: ReturnType<typeof seed>; store: Store; plans: Plans };

/** A month of an ordinary person's work, for eyes: tests of what is on the page seed what they look for. */
export function playScene({ seed: put, store, plans }: Played): void {
  put.session({
    id: 'session-of-k3v8xq2m',
    project: SHOP,
    minutes: 42,
    tools: ['Read', 'Edit', 'Bash', 'Bash'],
  });
  put.session({ state: 'between_turns', project: ENGINE, minutes: 95, tools: ['Grep', 'Edit'] });
  put.session({ state: 'stalled', project: '/home/me/notes', minutes: 130, tools: ['WebFetch'] });
  put.session({ state: 'ended', project: SHOP, minutes: 300, tools: ['Bash'] });
  playMonth(put);
  playToday(put);
  playRuns(put);
  store.write(() => writePlan(plans));
}

function playMonth(put: Played['seed']): void {
  for (let day = 29; day > 0; day--) {
    const many = [3, 5, 4, 6, 2, 0, 1][day % 7] ?? 0;
    for (let index = 0; index < many; index++) {
      const [verb, quote, by] = SAID[(day + index) % SAID.length] ?? SAID[0];
      const status = (day * 3 + index) % 5 === 0 ? 'expired' : 'kept';
      const topic = day % 3 === 0 ? ENGINE : SHOP;
      put.promise({ status, topic, verb, quote, by, minutes: day * DAY - index * 20, closedAfter: 15 });
    }
    if (day % 6 === 3) put.contradiction({ topic: SHOP, minutes: day * DAY });
  }
}

function playToday(put: Played['seed']): void {
  const issue = 'I’ll open a follow-up issue for the flaky test.';
  put.promise({ status: 'expired', topic: SHOP, minutes: 900, closedAfter: 360, quote: issue });
  put.promise({ status: 'withdrawn', topic: ENGINE, minutes: 700, quote: 'I’ll deploy it to staging.' });
  const allocator = 'I’ll run the allocator tests under valgrind next.';
  put.promise({
    ...{ topic: ENGINE, minutes: 140, verb: 'test', object: 'allocator tests' },
    ...{ quote: allocator, tried: 'valgrind ./test_alloc' },
  });
  put.promise({ status: 'kept', topic: SHOP, minutes: 70, quote: 'Now I’ll push the branch.' });
  const merge = { quote: 'Once CI is green I’ll merge PR 214.', trigger: 'CI is green' };
  put.promise({ topic: SHOP, minutes: 55, verb: 'merge', object: 'pr 214', ...merge });
  put.contradiction({ topic: SHOP, minutes: 33, quote: 'All 128 tests pass now.' });
  put.promise({ topic: SHOP, minutes: 12, quote: 'I’ll push the fix as soon as the linter is quiet.' });
}

function playRuns(put: Played['seed']): void {
  put.run({
    ...{ id: 'p7d2nf4c', project: ENGINE, objective: 'Port the allocator to the new arena', minutes: 400 },
    ...{ state: 'failed', reason: 'no-progress', endedAt: at(250) },
    detail: 'Two turns in a row did nothing, and the same is open.',
    turns: [
      ['clean', 399, 330],
      ['clean', 329, 300],
      ['clean', 290, 270],
      ['clean', 262, 250],
    ],
  });
  put.run({
    ...{ id: 'k3v8xq2m', project: SHOP, objective: 'Make the checkout work without cookies', minutes: 96 },
    turns: [
      ['clean', 96, 71],
      ['error', 70, 66],
      ['clean', 60, 31],
      ['running', 30, 0],
    ],
  });
}

function writePlan(plans: Plans): void {
  const items = [
    ['Find where the cart reads the cookie', 'completed'],
    ['Keep the cart in the session', 'in_progress'],
    ['Test the checkout without cookies', 'pending'],
  ];
  plans.callFinished({
    ...{ sessionId: 'session-of-k3v8xq2m', agentId: null, durationMs: null, at: at(80) },
    tool: 'TodoWrite',
    input: { todos: items.map(([content, status]) => ({ content, status, activeForm: content })) },
    response: {},
  });
}

export const QUEUE: NonNullable<BoardSources['queue']> = () => ({
  ...{ enabled: true, disabledReason: null, dryRun: true, paused: false },
  entries: [
    {
      ...{ id: 'q1', runId: 'p7d2nf4c', sessionId: 's1', state: 'queued', gate: 'calm', attempts: 1 },
      ...{
        why: 'Its process went in the middle of a turn.',
        wouldResumeAt: null,
        nextAttemptAt: new Date(NOON.getTime() + 240_000).toISOString(),
      },
    },
  ],
  lock: {
    ...{ held: true, detail: 'It was free, and is ours.' },
    found: { pid: 4711, hostname: 'workbench', heartbeatAt: at(0.2) },
  },
});

const guard = (key: string, effective: GuardState, description: string, more: object = {}) => ({
  key,
  effective,
  description,
  ...more,
});

export const GUARDS: NonNullable<BoardSources['guards']> = () => ({
  guards: [
    guard(
      'hook.Stop',
      'on-blind',
      'Without it no turn is read: promises are not heard, and claims are not checked.',
      {
        ...{
          runtimeReason: '3 sessions ran without it since Monday.',
          hint: 'Run `holdfast init` in those projects.',
          criticalPath: true,
        },
      },
    ),
    guard(
      'resumeQueue',
      'on-dry-run',
      'Without it a run that died in mid-work stays dead until a person restores it.',
      {
        runtimeReason: 'it starts nothing',
      },
    ),
    guard('completionClaim', 'off', 'Without it what the agent says it has done is not checked.'),
    ...[
      'actionClaim',
      'hook.SessionStart',
      'hook.PreToolUse',
      'hook.PostToolUse',
      'sessionWatchdog',
      'hostLock',
      'redaction',
    ].map((key) => guard(key, 'on-confirmed', 'Is as it should be.')),
  ],
});

export const ATTENTION: NonNullable<BoardSources['attention']> = () => ({
  items: [
    {
      ...{ id: 'a1', guard: 'hook.Stop', kind: 'loud', status: 'open', openedAt: at(26), count: 4 },
      title: 'The Stop hook is blind',
      why: 'Claude Code sessions ran in /home/me/notes, and no hook told of them.',
      hint: 'Run `holdfast init` in that project, or `holdfast init --user` for all of them.',
    },
  ],
});
