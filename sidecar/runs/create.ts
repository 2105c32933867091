import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '../errors/index.ts';
import type { Driver } from './drive-runs.ts';
import { type OneAtATime, oneAtATime } from './one-at-a-time.ts';
import { type Plan, preflight } from './preflight.ts';
import type { RunRooms } from './rooms.ts';
import type { Run, RunRequest } from './run.ts';

/** A checkout that takes longer is not waited for: the run is answered as the seed that it is. */
const WAIT_FOR_WORKTREE_MS = 20_000;

export type Created = { run: Run; created: boolean; warnings: string[] };

/** Refuses, or makes a seed and sees it brought up. The same external key while it is open is the same run. */
export function createRuns(rooms: RunRooms, driver: Driver): (request: RunRequest) => Promise<Created> {
  const perKey: OneAtATime = oneAtATime();

  return async (request) => {
    const { externalKey } = request;
    const created =
      externalKey === undefined ? await create(request) : await perKey(externalKey, () => create(request));
    return created;
  };

  async function create(request: RunRequest): Promise<Created> {
    const known = openUnder(rooms, request.externalKey);
    if (known) return { run: known, created: false, warnings: [] };
    const id = newId(rooms);
    const { warnings, ...plan } = await preflight(request, id, {
      git: rooms.git,
      claudePath: rooms.limits.claudePath,
      worktrees: rooms.limits.worktrees,
      homeRoot: rooms.homeRoot,
      ...(rooms.freeBytes && { freeBytes: rooms.freeBytes }),
    });
    // The unique indexes would refuse it all the same; asked first, the refusal has a name.
    const seeded = rooms.store.write(() => {
      const other = openUnder(rooms, externalKeyOf(request));
      if (other) return { run: other, created: false };
      requireFreeBranch(rooms, plan);
      return { run: rooms.runs.add(newRun(rooms, id, request, plan)), created: true };
    });
    if (!seeded.created) return { ...seeded, warnings: [] };
    const made = driver.worktreeMade(id);
    driver.soon(id);
    await Promise.race([made, sleep(WAIT_FOR_WORKTREE_MS, undefined, { ref: false })]);
    return { run: rooms.runs.one(id) ?? seeded.run, created: true, warnings };
  }
}

function openUnder({ runs }: RunRooms, key: string | null | undefined): Run | undefined {
  return key === undefined || key === null ? undefined : runs.openByKey(key);
}

const externalKeyOf = ({ externalKey }: RunRequest): string | null => externalKey ?? null;

export function requireFreeBranch(
  { runs }: Pick<RunRooms, 'runs'>,
  { project, branch }: Pick<Plan, 'project' | 'branch'>,
): void {
  const other = branch === null ? undefined : runs.liveOnBranch(project, branch);
  if (!other) return;
  throw new HoldfastError(
    'BRANCH_CHECKED_OUT_ELSEWHERE',
    `The run ${other.id} works on the branch ${branch} of ${project}.`,
    `Wait for it, end it with \`holdfast kill ${other.id}\`, or leave the branch out for a new one.`,
    { details: { branch, runId: other.id, worktree: other.worktree } },
  );
}

/** Short enough to be typed. 32 letters and digits that are hard to mistake for each other. */
function newId({ runs }: RunRooms): string {
  for (;;) {
    const id = [...randomBytes(8)].map((byte) => 'abcdefghijkmnpqrstuvwxyz23456789'[byte % 32]).join('');
    if (!runs.one(id)) return id;
  }
}

function newRun({ limits, now }: RunRooms, id: string, request: RunRequest, plan: Omit<Plan, 'warnings'>) {
  const inPlace = plan.worktree === null;
  return {
    ...plan,
    id,
    state: 'seed',
    reason: null,
    detail: null,
    nextStep: null,
    waitUntil: null,
    objective: request.objective,
    sessionId: null,
    model: request.model ?? null,
    permissionMode: request.permissionMode ?? limits.permissionMode,
    maxTurns: (request.maxTurns ?? limits.maxTurns) || null,
    maxUsd: (request.maxUsd ?? limits.maxUsd) || null,
    turnsBefore: 0,
    until: request.until ?? null,
    untilResult: null,
    // The set-up of every run is for fresh worktrees; one in place has it when somebody asks for it.
    setup: request.setup ?? (inPlace ? null : limits.setup),
    setupOutput: null,
    command: null,
    says: [],
    tries: 0,
    idle: 0,
    openBefore: null,
    killAskedAt: null,
    externalKey: externalKeyOf(request),
    createdAt: now().toISOString(),
    endedAt: null,
    cleanedAt: null,
    version: 1,
  } satisfies Omit<Run, 'seq'>;
}
