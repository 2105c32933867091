import { type Given, ledger } from '../kit/ledger.ts';

export const at = (second: number): string => new Date(Date.UTC(2026, 2, 1, 12, 0, second)).toISOString();

type Told = { second?: number; agent?: string; tookMs?: number; session?: string } & Given;

/** A ledger, and the calls of the client (2.1.197) that tell of a task list, as its hooks send them. */
export function planning() {
  const opened = ledger();
  const { take, plans } = opened;

  function finished(tool: string, input: unknown, response: unknown, told: Told = {}) {
    const { second = 0, agent, tookMs, session = 's1', ...given } = told;
    const body = {
      session_id: session,
      tool_name: tool,
      tool_use_id: `t${second}`,
      tool_input: input,
      tool_response: response,
      ...(agent && { agent_id: agent }),
      ...(tookMs !== undefined && { duration_ms: tookMs }),
    };
    return take('PostToolUse', body, { at: at(second), ...given }).row;
  }

  return {
    ...opened,
    finished,
    write: (todos: [string, string][], told?: Told) => {
      const list = todos.map(([content, status]) => ({ content, status, activeForm: `${content}…` }));
      return finished('TodoWrite', { todos: list }, { oldTodos: [], newTodos: list }, told);
    },
    create: (id: string, subject: string, told?: Told) =>
      finished('TaskCreate', { subject, description: subject }, { task: { id, subject } }, told),
    update: (
      taskId: string,
      change: { status?: string; subject?: string; addBlockedBy?: string[] },
      told?: Told,
    ) =>
      finished(
        'TaskUpdate',
        { taskId, ...change },
        { success: true, taskId, updatedFields: Object.keys(change) },
        told,
      ),
    list: (tasks: { id: string; subject: string; status: string }[], told?: Told) =>
      finished('TaskList', {}, { tasks: tasks.map((task) => ({ ...task, blockedBy: [] })) }, told),
    /** `1 Build it: pending` */
    shown: (session = 's1'): string[] =>
      (plans.of(session)?.items ?? []).map(({ id, subject, status }) => `${id} ${subject}: ${status}`),
    open: (session = 's1'): string[] =>
      plans.openItems(session).map(({ id, subject, status }) => `${id} ${subject}: ${status}`),
  };
}
