import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const EVENTS = [
  'SessionStart',
  'UserPromptSubmit',
  'PreToolUse',
  'PostToolUse',
  'PostToolUseFailure',
  'Stop',
  'StopFailure',
  'SessionEnd',
  'ConfigChange',
] as const;

export type EventName = (typeof EVENTS)[number];

/** The stdin of a hook. */
export interface HookEvent {
  hook_event_name: EventName;
  session_id: string;
  transcript_path: string;
  cwd: string;
  tool_use_id?: string;
  [field: string]: unknown;
}

export interface RecordedHooks {
  /** A settings file, for `--settings`. */
  settings: string;
  /** The events up to now, in the order in which their hooks ran. */
  events(): HookEvent[];
}

const SCRIPT = fileURLToPath(new URL('./fixtures/record-event.sh', import.meta.url));

/** Hooks of our own on nine events, which do nothing but write the event down (and answer, where told). */
export function recordHooks(folder: string, answers: Partial<Record<EventName, object>> = {}): RecordedHooks {
  const settings = join(folder, 'recorded-hooks.settings.json');
  const record = join(folder, 'recorded-hooks.jsonl');
  writeFileSync(settings, JSON.stringify({ hooks: registration(record, answers) }, null, 2));

  function events(): HookEvent[] {
    if (!existsSync(record)) return [];
    const lines = readFileSync(record, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as HookEvent);
  }

  return { settings, events };
}

function registration(record: string, answers: Partial<Record<EventName, object>>) {
  return Object.fromEntries(
    EVENTS.map((event) => {
      const answer = answers[event];
      const words = ['bash', SCRIPT, record, ...(answer ? [JSON.stringify(answer)] : [])];
      return [event, [{ hooks: [{ type: 'command', command: words.map(quoted).join(' ') }] }]];
    }),
  );
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
