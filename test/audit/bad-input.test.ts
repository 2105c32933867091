import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LONGEST_LINE } from '../../sidecar/audit/lines.ts';
import { readRow } from '../../sidecar/audit/row.ts';
import { CWD, readSteps, SESSION, told } from './read-steps.ts';
import { transcriptWriter } from './transcript-writer.ts';

const begin = () => transcriptWriter({ sessionId: SESSION, cwd: CWD });

function stepsOfText(text: string | Buffer) {
  return readSteps({
    write: (file) => {
      writeFileSync(file, text);
      return file;
    },
  });
}

describe('a line that is', () => {
  test('torn at the end of the file is counted', () => {
    const text = begin().prompt('Do.').says('Done.').text();
    for (const cut of [2, 30, 200]) {
      const { counts } = stepsOfText(text.slice(0, -cut));
      expect(counts.tornLines).toBe(1);
    }
  });

  test('whole but for its line feed is read', () => {
    const text = begin().prompt('Do.').says('Done.').text();
    const { steps, counts } = stepsOfText(text.trimEnd());
    expect(told(steps)).toEqual(['“Done.”']);
    expect(counts.tornLines).toBe(0);
  });

  test('torn in the middle, where a resumed client wrote on, costs nothing else', () => {
    const writer = begin().prompt('Do.').says('Done.');
    writer.raw(`{"type":"assistant","mess${writer.lines[0]}`);
    writer.prompt('More.').says('Yes.');
    const { steps, counts } = readSteps(writer);
    expect(told(steps)).toEqual(['“Done.”', '“Yes.”']);
    expect(counts.tornLines).toBe(1);
  });

  test.each([
    ['empty', '', { tornLines: 0, unknownRows: 0 }],
    ['no JSON', 'hello', { tornLines: 1, unknownRows: 0 }],
    ['zeros, as a crashed disk leaves them', '\0\0\0\0', { tornLines: 1, unknownRows: 0 }],
    ['a number', '42', { tornLines: 0, unknownRows: 1 }],
    ['null', 'null', { tornLines: 0, unknownRows: 1 }],
    ['a list', '[]', { tornLines: 0, unknownRows: 1 }],
    ['of no kind', '{}', { tornLines: 0, unknownRows: 1 }],
    ['of a kind to come', '{"type":"of-tomorrow"}', { tornLines: 0, unknownRows: 1 }],
    ['a user who says nothing', '{"type":"user"}', { tornLines: 0, unknownRows: 1 }],
    ['an agent who says a number', '{"type":"assistant","message":{"content":7}}', { unknownRows: 1 }],
    ['a known kind', '{"type":"file-history-snapshot","snapshot":{}}', { tornLines: 0, unknownRows: 0 }],
    ['of a name that every object has', '{"type":"constructor"}', { unknownRows: 1 }],
  ])('%s', (_, line, counted) => {
    const writer = begin().prompt('Do.').says('Done.');
    writer.raw(line);
    const { steps, counts } = readSteps(writer.prompt('More.').says('Yes.'));
    expect(told(steps)).toEqual(['“Done.”', '“Yes.”']);
    expect(counts).toMatchObject(counted);
  });

  test('longer than any event is counted and not held', () => {
    const writer = begin().prompt('Do.');
    writer.raw(JSON.stringify({ type: 'user', content: 'x'.repeat(LONGEST_LINE) }));
    const { steps, counts } = readSteps(writer.says('Done.'));
    expect(told(steps)).toEqual(['“Done.”']);
    expect(counts).toMatchObject({ longLines: 1, tornLines: 0 });
  });
});

describe('a file that is', () => {
  test.each([
    ['empty', ''],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0a, 0xff, 0xfe, 0x00, 0x0a])],
    ['in another coding', Buffer.from('{"type":"user"}\n', 'utf16le')],
  ])('%s has no steps', (_, bytes) => {
    expect(stepsOfText(bytes).steps).toEqual([]);
  });

  test('without times has that of the file', () => {
    const message = { role: 'assistant', content: [{ type: 'text', text: 'Done.' }] };
    const { steps } = stepsOfText(JSON.stringify({ type: 'assistant', timestamp: 'soon', message }));
    expect(steps).toMatchObject([{ at: '1970-01-01T00:00:00.000Z', uuid: null }]);
  });
});

test('whatever JSON a row is, there is an answer', () => {
  const type = fc.constantFrom('user', 'assistant', 'system', 'summary', 'x');
  const content = fc.oneof(
    fc.jsonValue(),
    fc.array(
      fc.record({
        type: fc.constantFrom('text', 'tool_use', 'tool_result'),
        text: fc.jsonValue(),
        tool_use_id: fc.jsonValue(),
        content: fc.jsonValue(),
        is_error: fc.jsonValue(),
      }),
    ),
  );
  const row = fc.record({
    type,
    message: fc.oneof(fc.jsonValue(), fc.record({ content })),
    timestamp: fc.jsonValue(),
    toolUseResult: fc.jsonValue(),
    version: fc.jsonValue(),
    isMeta: fc.jsonValue(),
  });
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), row), (parsed) => {
      expect(readRow(parsed).meaning.kind).toMatch(/./);
    }),
    { numRuns: 500 },
  );
});
