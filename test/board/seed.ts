import { randomUUID } from 'node:crypto';
import type { Verb } from '../../sidecar/claims/index.ts';
import { commitmentStore } from '../../sidecar/commitments/store.ts';
import type { Run } from '../../sidecar/runs/index.ts';
import { runStore } from '../../sidecar/runs/store.ts';
import type { Store } from '../../sidecar/store/index.ts';

const MINUTE = 60_000;

/** Rows put straight into a ledger: what the board shows of many does not ask how they came. */
export function seed(store: Store, now: Date) {
  const { db } = store;
  const commitments = commitmentStore(store);
  const runs = runStore(store);
  const ago = (minutes: number) => new Date(now.getTime() - minutes * MINUTE).toISOString();
  const insertSession = db.prepare(
    `INSERT INTO sessions (id, state, project, cwd, model, started_at, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertEvent = db.prepare(
    `INSERT INTO events (id, event, session_id, tool_name, source, via, at, received_at, outcome, body_bytes, body_hash)
     VALUES (?, ?, ?, ?, 'settings', 'live', ?, ?, 'applied', 2, '')`,
  );
  const insertClaim = db.prepare(
    `INSERT INTO completed_claims (id, session_id, topic_id, verb, object, quote, verdict, why, at)
     VALUES (?, 's', ?, 'test', 'tests', ?, 'contradicted', ?, ?)`,
  );
  const insertTurn = db.prepare(
    `INSERT INTO turns (id, run_id, session_id, resume, state, directory, claude, permission_mode, cost_usd, text,
       started_at, ended_at) VALUES (?, ?, ?, 0, ?, '/code', 'claude', 'acceptEdits', ?, ?, ?, ?)`,
  );

  return {
    ago,
    session: (given: {
      id?: string;
      state?: string;
      project?: string;
      minutes?: number;
      tools?: string[];
    }) => {
      const { id = randomUUID(), state = 'in_turn', project = '/code/app', minutes = 10, tools = [] } = given;
      const ended = state === 'ended' ? ago(minutes / 2) : null;
      insertSession.run(id, state, project, project, 'claude-opus-4-5', ago(minutes), ended);
      const events: [string, string | null][] = [
        ['UserPromptSubmit', null],
        ...tools.map((tool): [string, string] => ['PreToolUse', tool]),
      ];
      events.forEach(([event, tool], index) => {
        const at = ago(minutes * (1 - (index + 1) / (events.length + 1)));
        insertEvent.run(randomUUID(), event, id, tool, at, at);
      });
      return id;
    },
    promise: (given: {
      status?: 'open' | 'kept' | 'expired' | 'withdrawn';
      quote?: string;
      verb?: Verb;
      object?: string;
      topic?: string;
      trigger?: string;
      minutes?: number;
      closedAfter?: number;
      by?: string;
      tried?: string;
    }) => {
      const { status = 'open', minutes = 10, closedAfter = 5 } = given;
      const made = commitments.add({
        topicId: given.topic ?? '/code/app',
        sessionId: null,
        verb: given.verb ?? 'push',
        object: given.object ?? 'fix',
        detail: '',
        kind: given.trigger ? 'deferred' : 'commit',
        trigger: given.trigger ?? null,
        quote: given.quote ?? 'I’ll push the fix now.',
        externalKey: null,
        at: ago(minutes),
        expiresAt: ago(minutes - 360),
        live: true,
      });
      const note = (summary: string) => ({ toolUseId: null, tool: 'Bash', summary, at: ago(minutes - 1) });
      if (given.tried) commitments.replace(made, { attempts: [note(given.tried)] });
      if (status === 'open') return;
      const evidence = status === 'kept' ? note(given.by ?? 'git push -u origin fix') : null;
      const keptBy = status === 'kept' ? 'evidence' : null;
      commitments.replace(made, { status, closedAt: ago(minutes - closedAfter), evidence, keptBy });
    },
    contradiction: ({ quote = 'All tests pass.', topic = '/code/app', minutes = 10 }) =>
      insertClaim.run(
        randomUUID(),
        topic,
        quote,
        'The last call that could have done it failed: npm test',
        ago(minutes),
      ),
    run: (
      given: Partial<Run> & { minutes?: number; turns?: [state: string, from: number, to: number][] },
    ) => {
      const { minutes = 60, turns = [], ...rest } = given;
      const id = rest.id ?? randomUUID().slice(0, 8);
      const sessionId = turns.length > 0 ? `session-of-${id}` : null;
      runs.add({ ...aRun(id, ago(minutes)), sessionId, ...rest });
      for (const [state, from, to] of turns) {
        const end = state === 'running' ? null : ago(to);
        insertTurn.run(randomUUID(), id, sessionId, state, 0.31, 'I went on with the tests.', ago(from), end);
      }
    },
  };
}

function aRun(id: string, createdAt: string): Omit<Run, 'seq'> {
  const unset = { reason: null, detail: null, nextStep: null, waitUntil: null, sessionId: null, model: null };
  const commands = { until: 'npm test', untilResult: null, setup: null, setupOutput: null, command: null };
  return {
    ...unset,
    ...commands,
    id,
    state: 'running',
    objective: 'Make the test suite pass',
    project: '/code/app',
    directory: '/code/app',
    worktree: null,
    branch: `holdfast/${id}`,
    newBranch: true,
    startPoint: null,
    baseCommit: null,
    claude: '/usr/bin/claude',
    permissionMode: 'acceptEdits',
    maxTurns: 20,
    maxUsd: 10,
    turnsBefore: 0,
    says: [],
    tries: 0,
    idle: 0,
    openBefore: null,
    killAskedAt: null,
    externalKey: null,
    createdAt,
    endedAt: null,
    cleanedAt: null,
    version: 1,
  };
}
