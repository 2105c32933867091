import type { Commitment } from '../commitments/index.ts';
import type { PlanItem } from '../plans/index.ts';
import type { TurnEvent } from '../sessions/index.ts';

const LONGEST = 100;
const NAMED = 3;

/** Null: the last that was heard ended the turn, or no turn had begun. */
export function describeTurn({ event, toolName, body }: TurnEvent): string | null {
  if (event === 'UserPromptSubmit')
    return `Its prompt was not answered: "${cut(textOf(body.prompt) ?? '…')}"`;
  if (event === 'PreToolUse') return `${toolName ?? 'A tool'} was running${what(body.tool_input)}.`;
  if (event === 'PostToolUse')
    return `Its turn had not ended; ${toolName ?? 'a tool'} was the last that it used.`;
  if (event === 'PostToolUseFailure') {
    if (body.is_interrupt === true) return null;
    return `Its turn had not ended; ${toolName ?? 'a tool'} had just failed.`;
  }
  if (event === 'StopFailure') return `Its turn was cut off by an error of the API${errorOf(body.error)}.`;
  return null;
}

export function describePlanItems(items: PlanItem[]): string {
  return `In progress on its plan: ${named(items.map(({ subject, id }) => subject ?? `task ${id}`))}.`;
}

export function describePromise({ verb, object, quote }: Commitment): string {
  const promised = object === '' ? verb : `${verb} ${object}`;
  return `It promised to ${cut(promised)}${quote ? `: "${cut(quote)}"` : '.'}`;
}

export function describeWorktree(directory: string, files: string[]): string {
  const inside = files.map((file) =>
    file.startsWith(`${directory}/`) ? file.slice(directory.length + 1) : file,
  );
  return `It changed files that are not committed: ${named(inside)}.`;
}

/** As the last Stop told them. Null: none ran. */
export function describeTasks(tasks: unknown): string | null {
  if (!Array.isArray(tasks)) return null;
  const running = tasks.map(fieldsOf).filter(({ status }) => status === undefined || status === 'running');
  if (running.length === 0) return null;
  const names = running.map(
    ({ description, command, id }) => textOf(description ?? command ?? id) ?? 'a task',
  );
  return `Running in the background when its last turn ended: ${named(names)}.`;
}

function what(input: unknown): string {
  const { description, command, file_path, prompt, url } = fieldsOf(input);
  const text = textOf(command) ?? textOf(file_path) ?? textOf(description) ?? textOf(url) ?? textOf(prompt);
  return text === null ? '' : `: ${cut(text)}`;
}

function errorOf(error: unknown): string {
  const name = textOf(error) ?? textOf(fieldsOf(error).type);
  return name === null ? '' : ` (${name})`;
}

function named(names: string[]): string {
  const shown = names.slice(0, NAMED).map(cut).join(', ');
  return names.length > NAMED ? `${shown} and ${names.length - NAMED} more` : shown;
}

function cut(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
