import { fieldsOf, textIn } from './fields.ts';
import { readCall } from './read-call.ts';
import type { Deed, Reading, ToolCall } from './reading.ts';
import { responseText } from './response-text.ts';
import { worktreeReader } from './worktree.ts';

type Shell = { call: ToolCall; at: number; changedCode: boolean };

/** Of a session; older ones are forgotten, and then what is read of them proves nothing. */
const MOST_SHELLS = 50;

const KILLS = /^(?:KillShell|KillBash|TaskStop)$/;
const READS = /^(?:BashOutput|TaskOutput|AgentOutput)$/;

/**
 * Reads the calls of one session in order. A command that was put into the background tells how it ended in a later
 * call, which names it by its id: what it did is told there, once it has ended.
 */
export function sessionReader(): (call: ToolCall) => Reading & { ended?: number } {
  const [read, follow] = [shellReader(), worktreeReader()];
  return (call) => follow(call, read(call));
}

function shellReader(): (call: ToolCall) => Reading & { ended?: number } {
  const shells = new Map<string, Shell>();
  let at = -1;
  return (call) => {
    at += 1;
    const reading = readCall(call);
    if (reading.changesCode) for (const shell of shells.values()) shell.changedCode = true;
    if (call.tool === 'Bash') {
      const id = startedShell(call);
      if (id !== '') remember(shells, id, { call, at, changedCode: false });
      return reading;
    }
    const fields = fieldsOf(call.input);
    const id = textIn(fields, 'bash_id', 'shell_id', 'task_id', 'id');
    const shell = shells.get(id);
    if (KILLS.test(call.tool)) {
      shells.delete(id);
      return { ...reading, deeds: killed(call, shell) };
    }
    if (!READS.test(call.tool) || shell === undefined) return reading;
    const end = endOf(call);
    if (end === null) return reading;
    shells.delete(id);
    return { ...reading, deeds: ended(shell, end), ...(end.ok ? {} : { ended: shell.at }) };
  };
}

/** All calls of a session. Looking back, what was started and then seen dead was not started. */
export function readCalls(calls: readonly ToolCall[]): Reading[] {
  const read = sessionReader();
  const readings = calls.map(read);
  const dead = new Set(readings.flatMap(({ ended: at }) => (at === undefined ? [] : [at])));
  return readings.map(({ summary, deeds, changesCode }, at) => ({
    summary,
    deeds: dead.has(at) ? deeds.filter(({ verb }) => verb !== 'start' && verb !== 'restart') : deeds,
    changesCode,
  }));
}

function remember(shells: Map<string, Shell>, id: string, shell: Shell): void {
  shells.set(id, shell);
  const [oldest] = shells.keys();
  if (shells.size > MOST_SHELLS && oldest !== undefined) shells.delete(oldest);
}

function startedShell({ response }: ToolCall): string {
  const id = textIn(fieldsOf(response), 'backgroundTaskId', 'bash_id', 'shellId');
  if (id !== '') return id;
  return /running in (?:the )?background with ID: ?([\w-]{1,60})/i.exec(responseText(response))?.[1] ?? '';
}

function endOf({ ok, response }: ToolCall): { ok: boolean; output: string } | null {
  const text = responseText(response);
  const code = /\bexit_?code(?:>|"?:)\s*(\d{1,3})\b/i.exec(text)?.[1];
  const status = /\bstatus(?:>|"?:)\s*"?(completed|failed|killed|running)/i.exec(text)?.[1]?.toLowerCase();
  if (!ok || status === 'running' || status === 'killed' || (code === undefined && status === undefined))
    return null;
  const isOk = code === undefined ? status === 'completed' : code === '0';
  return { ok: isOk, output: text.replace(/<\/?(?:stdout|stderr|status|exit_code|output)>/g, '\n') };
}

function ended({ call, changedCode }: Shell, { ok, output }: { ok: boolean; output: string }): Deed[] {
  const command = textIn(fieldsOf(call.input), 'command');
  const { deeds } = readCall({ tool: 'Bash', input: { command }, ok, response: output });
  // That it was started is told by the call that started it.
  const told = ok ? deeds.filter(({ verb }) => verb !== 'start' && verb !== 'restart') : deeds;
  return changedCode ? told.map((deed) => ({ ...deed, stale: true as const })) : told;
}

function killed(call: ToolCall, shell: Shell | undefined): Deed[] {
  const said = /\(([^()\n]{1,200})\)/.exec(responseText(call.response))?.[1] ?? '';
  const command = shell === undefined ? said : textIn(fieldsOf(shell.call.input), 'command');
  const started =
    command === ''
      ? []
      : readCall({ tool: 'Bash', input: { command, run_in_background: true }, ok: true }).deeds;
  const starts = started.filter(({ verb }) => verb === 'start');
  const on = [
    ...new Set([
      ...starts.flatMap((deed) => deed.on),
      ...command.split(/\s+/).filter((word) => /^\w[\w:-]*$/.test(word)),
    ]),
  ].slice(0, 20);
  const own = command.match(/\b(?:worker|queue|scheduler|watch|tunnel|proxy|listener)/g) ?? [];
  const sorts = own.length > 0 ? own : ['server', 'app', 'service', 'worker', 'watcher'];
  const kinds = ['process', 'shell', 'job', 'task', ...sorts, ...starts.flatMap((deed) => deed.kinds ?? [])];
  const outcome: Deed['outcome'] = call.ok ? 'did' : 'failed';
  return [
    { verb: 'stop', outcome, on, kinds, ...(on.length > 0 ? { named: true as const } : {}) },
    ...(call.ok ? [{ verb: 'start' as const, outcome, on, kinds, undoes: true as const }] : []),
  ];
}
