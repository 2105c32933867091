import type { Store } from '../store/index.ts';
import type { PlanCounts, PlanItem, ShownPlan } from './plan.ts';
import { readPlanCall } from './read-call.ts';
import { type PlanRow, planStore } from './store.ts';

/** A client that says more says nonsense. */
const LONGEST_LOOK_MS = 60_000;

export type PlansOptions = {
  store: Store;
  /** Whether a session may still work, as far as is known. */
  isLive: (sessionId: string) => boolean;
};

export type PlanCall = {
  sessionId: string;
  /** Set where a subagent made the call. */
  agentId: string | null;
  tool: string;
  input: unknown;
  response: unknown;
  /** How long it took, where the client said. */
  durationMs: number | null;
  at: string;
};

export function openPlans({ store, isLive }: PlansOptions) {
  const plans = planStore(store);

  function show({ session_id: sessionId, started_at: startedAt }: PlanRow): ShownPlan {
    const live = isLive(sessionId);
    const items = plans
      .items(sessionId)
      .map((item) =>
        item.status === 'in_progress' && !live ? { ...item, status: 'interrupted' as const } : item,
      );
    const changedAt = items.reduce((newest, item) => (item.changedAt > newest ? item.changedAt : newest), '');
    return { sessionId, startedAt, changedAt: changedAt || startedAt, counts: countsOf(items), items };
  }

  return {
    /** Hears a finished call. Runs inside the intake transaction. */
    callFinished: ({ sessionId, agentId, tool, input, response, durationMs, at }: PlanCall): void => {
      const news = readPlanCall({ tool, input, response });
      if (news === null) return;
      // A subagent works on the session's tasks, but a list that it writes whole is its own: it ends with it.
      if (news.whole && agentId !== null) return;
      plans.begin(sessionId, at);
      if (news.whole && !plans.takeList(sessionId, at)) return;
      const toldAt = !news.whole && news.seen ? earlier(at, durationMs) : at;
      for (const item of news.items) plans.tell({ ...item, sessionId, origin: news.origin, at: toldAt });
      if (news.whole) plans.dropBeyond(sessionId, news.items.length, at);
    },

    /** What the session still meant to do, as it is on record. Of any session, dead or alive. */
    openItems: (sessionId: string): PlanItem[] =>
      plans.items(sessionId).filter(({ status }) => status !== 'completed'),

    /** Null: the session never kept a list. */
    of: (sessionId: string): ShownPlan | null => {
      const plan = plans.one(sessionId);
      return plan ? show(plan) : null;
    },

    /** One more than the limit tells whether there are more. */
    page: (sessionId: string | undefined, before: number, limit: number) =>
      plans.page(sessionId, before, limit).map((plan) => ({ seq: plan.seq, plan: show(plan) })),
  };
}

export type Plans = ReturnType<typeof openPlans>;

/** Another call may have changed an item while this one was looking: what it saw is as old as its beginning. */
function earlier(at: string, durationMs: number | null): string {
  const took = Math.min(Math.max(durationMs ?? 0, 0), LONGEST_LOOK_MS);
  return new Date(Date.parse(at) - took).toISOString();
}

function countsOf(items: ShownPlan['items']): PlanCounts {
  const count = (status: string) => items.filter((item) => item.status === status).length;
  return {
    total: items.length,
    pending: count('pending'),
    inProgress: count('in_progress'),
    interrupted: count('interrupted'),
    completed: count('completed'),
  };
}
