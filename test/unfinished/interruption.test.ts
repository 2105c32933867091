import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { interruptedAt } from '../../sidecar/unfinished/interruption.ts';
import { openedStore } from '../kit/opened-store.ts';
import { sessionAtWork } from './scene.ts';

const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 12, 0, second)).toISOString();
const said = (type: 'user' | 'assistant', text: string, second: number, more = {}) =>
  JSON.stringify({
    type,
    message: { role: type, content: [{ type: 'text', text }] },
    timestamp: at(second),
    ...more,
  });
const MARK = '[Request interrupted by user]';
const TOOL_MARK = '[Request interrupted by user for tool use]';

function transcriptOf(...lines: string[]): string {
  const file = join(openedStore().folder, 'transcript.jsonl');
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  return file;
}

describe('the end of a transcript', () => {
  test.each([
    ['an interruption', [said('user', 'Go', 1), said('user', MARK, 2)], at(2)],
    ['one in mid-tool', [said('user', TOOL_MARK, 2)], at(2)],
    [
      'rows of other kinds behind it',
      [said('user', MARK, 2), '{"type":"file-history-snapshot"}', '{"type":"ai-title"}'],
      at(2),
    ],
    [
      'a subagent’s row behind it',
      [said('user', MARK, 2), said('assistant', 'x', 3, { isSidechain: true })],
      at(2),
    ],
    ['a line that was cut', [said('user', MARK, 2), '{"type":"user","mess'], at(2)],
    ['a new prompt behind it', [said('user', MARK, 2), said('user', 'Go on', 3)], null],
    ['an answer', [said('user', 'Go', 1), said('assistant', 'Done', 2)], null],
    ['an agent that quotes the mark', [said('assistant', MARK, 2)], null],
    ['nothing', [], null],
  ])('%s', async (_what, lines, expected) => {
    expect(await interruptedAt(transcriptOf(...lines))).toBe(expected);
  });

  test('is found behind megabytes, and a file that is not there tells nothing', async () => {
    const long = said('assistant', 'x'.repeat(2_000_000), 1);
    expect(await interruptedAt(transcriptOf(long, said('user', MARK, 2)))).toBe(at(2));
    expect(await interruptedAt('/nonexistent/transcript.jsonl')).toBeNull();
  });
});

describe('a turn that a person interrupted', () => {
  test('is not in flight; the next prompt is', async () => {
    const { send, strong, transcript, later } = sessionAtWork();
    send('UserPromptSubmit', { prompt: 'Do it.' });
    writeFileSync(transcript, `${said('user', 'Do it.', 0)}\n${said('user', MARK, 5)}\n`);
    expect(await strong()).toEqual([]);
    later(10_000);
    // The transcript lags behind the hook: what it ends in is older than the prompt.
    send('UserPromptSubmit', { prompt: 'Do it now.' });
    expect(await strong()).toEqual(['Its prompt was not answered: "Do it now."']);
  });
});
