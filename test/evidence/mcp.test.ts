import { expect, test } from 'vitest';
import { judged } from './calls.ts';

const call = (tool: string, input: object, response: unknown = '{"ok": true}', ok = true) => ({
  tool,
  input,
  ok,
  response,
});

test.each([
  [
    call('mcp__github__create_pull_request', { title: 'fix: retry', head: 'fix/retry' }, '{"number": 91}'),
    'open|pr',
    'did',
  ],
  [
    call('mcp__github__create_pull_request', { title: 'fix: retry' }, '{"number": 91}'),
    'open|pr #91',
    'did it',
  ],
  [call('mcp__github__create_pull_request', { title: 'fix: retry' }), 'open|issue', 'nothing'],
  [call('mcp__github__list_pull_requests', {}), 'open|pr', 'nothing'],
  [call('mcp__github__get_issue', { issue_number: 7 }), 'close|issue #7', 'nothing'],
  [
    call('mcp__github__merge_pull_request', { pull_number: 57 }, '{"merged": true}'),
    'merge|pr #57',
    'did it',
  ],
  [call('mcp__github__merge_pull_request', { pull_number: 57 }), 'merge|pr #58', 'nothing'],
  [
    call('mcp__github__merge_pull_request', { pull_number: 57 }, '405 Base branch was modified', false),
    'merge|',
    'failed',
  ],
  [call('mcp__github__update_issue', { issue_number: 80, state: 'closed' }), 'close|issue #80', 'did it'],
  [call('mcp__github__update_issue', { issue_number: 80, title: 'x' }), 'close|issue #80', 'nothing'],
  [call('mcp__github__add_issue_comment', { issue_number: 80, body: 'done' }), 'send|comment', 'did'],
  [call('mcp__github__add_issue_comment', { issue_number: 80, body: 'done' }), 'close|issue #80', 'nothing'],
  [
    call('mcp__linear__create_issue', { title: 'Clock drifts' }, '{"identifier": "FW-210"}'),
    'open|issue',
    'did',
  ],
  [call('mcp__slack__post_message', { channel: '#perf', text: 'p95 140 ms' }), 'send|numbers', 'did'],
  [
    call('mcp__slack__post_message', { channel: '#perf', text: 'x' }, 'channel_not_found', false),
    'send|link',
    'failed',
  ],
  [
    call(
      'mcp__slack__post_message',
      { channel: '#perf', text: 'x' },
      '{"ok": false, "error": "not_in_channel"}',
    ),
    'send|link',
    'failed',
  ],
  [call('mcp__slack__list_channels', {}), 'send|team', 'nothing'],
  [call('mcp__slack__post_message', { channel: '#perf', text: 'x' }), 'send|email', 'nothing'],
  [call('WebFetch', { url: 'https://example.test/deploy' }, 'deployed'), 'deploy|', 'nothing'],
  [call('mcp__', {}), 'send|', 'nothing'],
])('%j → %s: %s', (made, claim, expected) => {
  expect(judged(made, claim)).toBe(expected);
});

test('another channel is another message', () => {
  const post = call('mcp__slack__post_message', { channel: '#perf', text: 'x' });
  expect(judged(post, 'send|numbers', 'post the numbers in #perf')).toBe('did');
  expect(judged(post, 'send|numbers', 'post the numbers in #review')).toBe('nothing');
});
