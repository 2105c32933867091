import { describe, expect, test } from 'vitest';
import { readRow } from '../../../sidecar/audit/index.ts';
import { signReader } from '../../../sidecar/guards/hooks/read-signs.ts';
import {
  calls,
  goodbye,
  hookRan,
  interrupted,
  prompt,
  type Row,
  refusedByApi,
  result,
  says,
  WORKED,
} from './transcript-rows.ts';

const AT = '2026-11-21T10:00:00.000Z';

function read(rows: Row[], facts: Row = { cwd: '/p', version: '2.1.197', entrypoint: 'cli' }) {
  const reader = signReader(readRow);
  for (const row of rows) reader.take(JSON.stringify({ timestamp: AT, ...facts, ...row }));
  return reader;
}

const kindsOf = (rows: Row[]) =>
  read(rows)
    .found()
    .signs.map(({ kind, toolUseId }) => (toolUseId === null ? kind : `${kind} ${toolUseId}`));

describe('what a transcript shows that a hook must have told', () => {
  test.each<[string, Row[], string[]]>([
    ['a whole turn', WORKED, ['session', 'prompt', 'ran t1', 'ok t1', 'ran t2', 'failed t2', 'ended']],
    ['a turn without a tool', [prompt(), says('Hi.'), goodbye], ['session', 'prompt', 'ended']],
    ['an answer whose prompt is lost', [says('Hi.'), goodbye], ['session', 'ended']],
    ['a refusal of the API', [prompt(), refusedByApi, goodbye], ['refused']],
    [
      'two turns',
      [prompt(), says('A.'), prompt(), says('B.'), goodbye],
      ['session', 'prompt', 'ended', 'session', 'prompt', 'ended'],
    ],
  ])('%s', (_, rows, kinds) => {
    expect(kindsOf(rows)).toEqual(kinds);
  });

  const goesOn = says('A.', 'tool_use');
  test.each<[string, Row[], string[]]>([
    ['a prompt that nobody answered yet', [prompt()], []],
    ['a last word after which the client may be gone', [prompt(), says('A.')], ['session', 'prompt']],
    ['a message that goes on with a tool', [prompt(), goesOn], ['session', 'prompt']],
    ['a turn that a person interrupted', [prompt(), says('A.'), interrupted, goodbye], ['session', 'prompt']],
    ['a slash command', [prompt('<command-name>/x</command-name>'), goesOn], ['session']],
    ['a shell command of the person', [prompt('!ls'), goesOn], ['session']],
    [
      'what a Stop hook sent back',
      [{ ...prompt('Stop hook feedback: go on'), isMeta: true }, goesOn],
      ['session'],
    ],
    ['a call that waits', [calls('t1')], ['session']],
    ['a call of a tool that may have no hook', [calls('t1', 'StructuredOutput'), result('t1')], ['session']],
    [
      'a call that was refused',
      [calls('t1'), result('t1', 'Permission to use Bash has been denied.', { failed: true })],
      ['session'],
    ],
    [
      'a failure of which the words do not say that it ran',
      [calls('t1', 'Read'), result('t1', 'File does not exist.', { failed: true })],
      ['session'],
    ],
    [
      'a call that a person interrupted',
      [calls('t1'), result('t1', 'half', { toolUseResult: { interrupted: true } })],
      ['session'],
    ],
    ['a subagent’s', WORKED.map((row) => ({ ...row, isSidechain: true, agentId: 'a1' })), []],
    ['rows of other kinds', [{ type: 'summary' }, { type: 'file-history-snapshot' }], []],
  ])('no more than that of %s', (_, rows, kinds) => {
    expect(kindsOf(rows)).toEqual(kinds);
  });

  test('a part that was passed over joins nothing', () => {
    const reader = read([prompt(), calls('t1'), says('A.')]);
    reader.found();
    reader.skip();
    for (const row of [result('t1'), goodbye]) reader.take(JSON.stringify({ timestamp: AT, ...row }));
    expect(reader.found().signs).toEqual([]);
  });

  test('lines that are torn, empty or of another kind', () => {
    const reader = signReader(readRow);
    for (const line of ['', '{"type":"user"', '[]', 'null', '7', '{}']) reader.take(line);
    expect(reader.found()).toEqual({ signs: [], ran: [] });
  });
});

test('the first rows say what the session is', () => {
  const { facts } = read([{ type: 'queue-operation', cwd: undefined }, prompt()]);
  expect(facts).toEqual({
    ...{ cwd: '/p', version: '2.1.197', entrypoint: 'cli' },
    ...{ beganAt: AT, firstMessageAt: AT },
  });
});

test('a hook that the client wrote down as run counts where it is ours', () => {
  const other = {
    type: 'attachment',
    attachment: { type: 'hook_success', hookEvent: 'Stop', command: './mine.sh' },
  };
  const rows = [hookRan('Stop', 'stop.sh'), hookRan('PreToolUse', 'pre-tool-use.sh', 't1'), other];
  expect(read(rows).found().ran).toEqual([
    { event: 'Stop', toolUseId: null, at: AT },
    { event: 'PreToolUse', toolUseId: 't1', at: AT },
  ]);
});
