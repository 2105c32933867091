import { ITEM_STATUSES, type ItemStatus } from './plan.ts';

/** What is told of one item. What is null is not told. */
export type ToldItem = { id: string; subject: string | null; status: ItemStatus | null };

/** What a finished tool call tells of its session's task list. */
export type PlanNews =
  /** The whole list: what is not in it is off the list. */
  | { origin: 'todo'; whole: true; items: ToldItem[] }
  /** Some items of the list. `seen`: as the call saw them, when it began. */
  | { origin: 'task'; whole: false; items: ToldItem[]; seen: boolean };

/** A session that plans more is lost anyway, and must not fill the ledger. */
const MOST_ITEMS = 500;
const LONGEST_SUBJECT = 500;

/**
 * Reads the client's own answer where there is one: a TaskUpdate of a task that is not there "succeeds" with
 * `success: false`. Null: the call tells nothing of a plan.
 */
export function readPlanCall(call: { tool: string; input: unknown; response: unknown }): PlanNews | null {
  const input = fieldsOf(call.input);
  const response = fieldsOf(call.response);
  if (call.tool === 'TodoWrite') {
    const todos = listOf(input.todos ?? response.newTodos);
    return todos && { origin: 'todo', whole: true, items: todos.map(todo) };
  }
  if (call.tool === 'TaskCreate') return tasks([{ ...input, ...fieldsOf(response.task), status: 'pending' }]);
  if (call.tool === 'TaskUpdate') {
    if (response.success === false) return null;
    return tasks([{ ...input, id: input.taskId ?? response.taskId }]);
  }
  // News only of what was there before Holdfast heard of the session.
  if (call.tool === 'TaskList') return tasks(listOf(response.tasks) ?? [], true);
  if (call.tool === 'TaskGet') return tasks([fieldsOf(response.task)], true);
  return null;
}

function tasks(told: unknown[], seen = false): PlanNews | null {
  const items = told.slice(0, MOST_ITEMS).flatMap((one) => {
    const { id, subject, status } = fieldsOf(one);
    const name = typeof id === 'number' ? String(id) : textOf(id);
    const item = { subject: textOf(subject), status: statusOf(status) };
    return name === null || (item.subject === null && item.status === null) ? [] : [{ id: name, ...item }];
  });
  return items.length === 0 ? null : { origin: 'task', whole: false, items, seen };
}

function todo(one: unknown, place: number): ToldItem {
  const { content, status } = fieldsOf(one);
  return { id: String(place + 1), subject: textOf(content), status: statusOf(status) ?? 'pending' };
}

function listOf(value: unknown): unknown[] | null {
  return Array.isArray(value) ? value.slice(0, MOST_ITEMS) : null;
}

function statusOf(value: unknown): ItemStatus | null {
  return ITEM_STATUSES.find((status) => status === value) ?? null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, LONGEST_SUBJECT) : null;
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
