import { readScript } from './bash/read-script.ts';
import { readEdit } from './edits.ts';
import { fieldsOf, textIn } from './fields.ts';
import { stemsOf } from './matching/words.ts';
import { readMcp } from './mcp/read-mcp.ts';
import type { Deed, Reading, ToolCall } from './reading.ts';
import { responseText } from './response-text.ts';

const LONGEST_SUMMARY = 160;
/** More than any honest call does; a generated command line must not fill the ledger. */
const MOST_DEEDS = 60;

const NOTHING = { deeds: [], changesCode: false };

/** What a finished tool call proves. Total: whatever the call holds, it answers, and in doubt it proves nothing. */
export function readCall(call: ToolCall): Reading {
  const summary = summaryOf(call);
  if (!call.ok && isRefused(call)) return { summary, ...NOTHING };
  try {
    const { deeds, changesCode } = readTool(call);
    return { summary, deeds: deeds.slice(0, MOST_DEEDS), changesCode };
  } catch {
    // A parser that gives up on odd input has proven nothing; the call itself is still on record.
    return { summary, ...NOTHING };
  }
}

/** What a person or a rule did not let run has done nothing, and failed at nothing. */
function isRefused({ response }: ToolCall): boolean {
  return /^\W*(?:Error: )?(?:The user doesn't want to|Permission to use \w+|Request interrupted by user|\[Request interrupted)|tool use was rejected/.test(
    responseText(response).slice(0, 300),
  );
}

function readTool(call: ToolCall): Omit<Reading, 'summary'> {
  const { tool, ok } = call;
  const fields = fieldsOf(call.input);
  if (tool === 'Bash') return readBash(call, fields);
  if (/^(?:Edit|MultiEdit|Write|NotebookEdit)$/.test(tool)) return readEdit(tool, fields, ok);
  if (tool.startsWith('mcp__')) {
    const name = tool.split('__').slice(2).join('_').toLowerCase();
    if (/bash|shell|command|terminal|exec/.test(name) && textIn(fields, 'command', 'cmd') !== '')
      return readBash(call, { command: textIn(fields, 'command', 'cmd') });
    if (EDITS_FILE.test(name) && textIn(fields, 'path', 'file_path', 'filepath') !== '')
      return readMcpEdit(name, fields, ok);
    return { deeds: readMcp(tool, fields, ok, responseText(call.response)), changesCode: false };
  }
  return NOTHING; // Read, Grep, WebFetch and the like only look.
}

const EDITS_FILE =
  /^(?=.*(?:file|text|replace|editor))(?=.*(?:write|edit|create|update|replace|insert|patch))(?!.*(?:read|list|search|get))/;

/** `mcp__filesystem__edit_file` is an edit, by another server. */
function readMcpEdit(
  name: string,
  fields: Readonly<Record<string, unknown>>,
  ok: boolean,
): Omit<Reading, 'summary'> {
  const isWhole = /write|create/.test(name);
  const [first] = Array.isArray(fields.edits) ? fields.edits.map(fieldsOf) : [];
  return readEdit(
    isWhole ? 'Write' : 'Edit',
    {
      file_path: textIn(fields, 'path', 'file_path', 'filepath'),
      content: textIn(fields, 'content', 'contents', 'text', 'file_text'),
      old_string: textIn(first ?? fields, 'oldText', 'old_string', 'old_str', 'old_text'),
      new_string: textIn(first ?? fields, 'newText', 'new_string', 'new_str', 'new_text'),
    },
    ok,
  );
}

function readBash(
  { ok, response }: ToolCall,
  fields: Readonly<Record<string, unknown>>,
): Omit<Reading, 'summary'> {
  const found = readScript(textIn(fields, 'command'), {
    ok,
    output: responseText(response),
    inBackground: fields.run_in_background === true || isPutIntoBackground(response),
  });
  const deeds = found.flatMap(({ deeds: some }, at): Deed[] => {
    const isStale = found.slice(at + 1).some(({ changesCode }) => changesCode);
    return isStale ? some.map((deed) => ({ ...deed, stale: true as const })) : some;
  });
  return {
    deeds: [...deeds, ...restartsIn(deeds)],
    changesCode: found.some(({ changesCode }) => changesCode),
  };
}

/** `kill 48213; npm run dev &` is a restart, by two programs. */
function restartsIn(deeds: readonly Deed[]): Deed[] {
  const stop = deeds.findIndex(({ verb, undoes }) => verb === 'stop' && !undoes);
  if (stop < 0) return [];
  const stopped = stemsOf(deeds[stop]?.on ?? []);
  const start = deeds.slice(stop + 1).find(({ verb, undoes, outcome, on }) => {
    if (verb !== 'start' || undoes || outcome !== 'did') return false;
    // Who kills by a pattern starts again what was running, whatever its command is called.
    return (
      stopped.size === 0 ||
      deeds[stop]?.kinds?.includes('process') === true ||
      [...stemsOf(on)].some((stem) => stopped.has(stem))
    );
  });
  return start
    ? [{ ...start, verb: 'restart', on: [...new Set([...(deeds[stop]?.on ?? []), ...start.on])] }]
    : [];
}

/** The client itself moves a command that takes too long into the background. */
function isPutIntoBackground(response: unknown): boolean {
  return textIn(fieldsOf(response), 'backgroundTaskId', 'bash_id', 'shellId') !== '';
}

function summaryOf({ tool, input }: ToolCall): string {
  const fields = fieldsOf(input);
  const what = textIn(
    fields,
    'command',
    'file_path',
    'notebook_path',
    'url',
    'path',
    'pattern',
    'description',
    'title',
    'channel',
  );
  const line = tool === 'Bash' ? what : `${tool} ${what}`;
  const plain = line
    .slice(0, 4 * LONGEST_SUMMARY)
    .replace(/\s+/g, ' ')
    .trim();
  return plain.length <= LONGEST_SUMMARY ? plain : `${plain.slice(0, LONGEST_SUMMARY - 1)}…`;
}
