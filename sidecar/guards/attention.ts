export const ATTENTION_KINDS = [
  'loud',
  'flapping',
  'turned-off',
  'deleted-by-person',
  'held-back',
  'notify-failed',
  'run',
] as const;

/** `loud` is one kind, whatever makes a guard loud: one cause moves through several states. */
export type AttentionKind = (typeof ATTENTION_KINDS)[number];

export const ATTENTION_STATUSES = ['open', 'acknowledged', 'closed'] as const;

/** `acknowledged`: a person knows, and it goes on. `closed`: the episode is over. */
export type AttentionStatus = (typeof ATTENTION_STATUSES)[number];

/** One notice to the person: of one guard, one kind and one episode. */
export type AttentionItem = {
  id: string;
  /** A guard's key; of kind `run`: `run.` and the id of the run or the session. */
  guard: string;
  kind: AttentionKind;
  status: AttentionStatus;
  openedAt: string;
  closedAt?: string;
  /** How often it was seen. */
  count: number;
  title: string;
  why: string;
  hint: string;
};

/** What somebody has to tell: it opens an item, or counts on the one that is there. */
export type Notice = Pick<AttentionItem, 'guard' | 'kind' | 'title' | 'why' | 'hint'>;
