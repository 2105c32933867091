/**
 * A session's task list.
 *
 * task  an item that TaskCreate made; the client numbers it, and subagents share the list
 * todo  an item of a whole list that TodoWrite wrote; its name is its place in the list
 */
export type Origin = 'task' | 'todo';

export const ITEM_STATUSES = ['pending', 'in_progress', 'completed', 'deleted'] as const;
export type ItemStatus = (typeof ITEM_STATUSES)[number];

/** As it is on record. */
export type PlanItem = {
  origin: Origin;
  id: string;
  /** Null where only a change of it was heard so far. */
  subject: string | null;
  status: Exclude<ItemStatus, 'deleted'>;
  /** Of the newest event that told its status. */
  changedAt: string;
};

/** As a person sees it: what a dead session was at is not in progress any more. */
export type ShownStatus = PlanItem['status'] | 'interrupted';

/** Counted when somebody looks. */
export type PlanCounts = {
  total: number;
  pending: number;
  inProgress: number;
  interrupted: number;
  completed: number;
};

export type ShownPlan = {
  sessionId: string;
  startedAt: string;
  /** Of the newest event that changed an item. */
  changedAt: string;
  counts: PlanCounts;
  items: (Omit<PlanItem, 'status'> & { status: ShownStatus })[];
};
