import { describe, expect, test } from 'vitest';
import type { TurnEventStore } from '../../sidecar/turns/event-store.ts';
import { outcomeOf } from '../../sidecar/turns/read-result.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const IN_AN_HOUR = NOW.getTime() / 1000 + 3_600;

/** What stood in the stream, by type. */
function outcome(stream: Record<string, object>) {
  const events = { last: (_: string, type: string) => stream[type] } as unknown as TurnEventStore;
  const found = outcomeOf(events, 't', NOW);
  return (
    found && {
      ...found,
      error: found.error ? JSON.parse(found.error) : null,
      denials: JSON.parse(found.denials ?? '[]'),
    }
  );
}

describe('the result of a turn', () => {
  test('that never came is none', () => {
    expect(outcome({ assistant: {} })).toBeNull();
  });

  test('without error is clean, with everything that was read counted as input', () => {
    const usage = {
      input_tokens: 5,
      cache_creation_input_tokens: 10,
      cache_read_input_tokens: 100,
      output_tokens: 7,
    };
    expect(
      outcome({ result: { subtype: 'success', is_error: false, result: 'Hi.', total_cost_usd: 0.5, usage } }),
    ).toEqual({
      ...{
        state: 'clean',
        cost_usd: 0.5,
        input_tokens: 115,
        output_tokens: 7,
        error: null,
        denials: [],
        text: 'Hi.',
      },
    });
  });

  test.each<[string, Record<string, object>, string]>([
    ['the kind of the result', { result: { subtype: 'error_max_turns', is_error: true } }, 'error_max_turns'],
    [
      'a kind that says so alone',
      { result: { subtype: 'error_during_execution' } },
      'error_during_execution',
    ],
    [
      'the word of the client',
      { result: { is_error: true }, assistant: { error: 'billing_error' } },
      'billing_error',
    ],
    [
      'the status before a word that says nothing',
      { result: { is_error: true, api_error_status: 502 }, assistant: { error: 'unknown' } },
      'server_error',
    ],
    ['the status alone', { result: { is_error: true, api_error_status: 413 } }, 'invalid_request'],
    ['nothing', { result: { is_error: true } }, 'unknown'],
  ])('with an error has its class from %s', (_, stream, kind) => {
    expect(outcome(stream)).toMatchObject({ state: 'error', error: { class: kind } });
  });

  test('of a limit of use says how long to wait, as the stream says when it is lifted', () => {
    const result = { is_error: true, api_error_status: 429, result: 'Limit reached' };
    const limit = (status: string) => ({ rate_limit_info: { status, resetsAt: IN_AN_HOUR } });
    expect(outcome({ result, rate_limit_event: limit('rejected') })?.error).toEqual({
      ...{ class: 'rate_limit', text: 'Limit reached', retryAfterMs: 3_600_000 },
    });
    expect(outcome({ result, rate_limit_event: limit('allowed_warning') })?.error.retryAfterMs).toBeNull();
    const older = { is_error: true, result: `Claude AI usage limit reached|${IN_AN_HOUR}` };
    expect(outcome({ result: older })?.error.retryAfterMs).toBe(3_600_000);
    const past = { is_error: true, result: `Claude AI usage limit reached|${IN_AN_HOUR - 7200}` };
    expect(outcome({ result: past })?.error.retryAfterMs).toBe(0);
  });

  test('that is malformed in its parts is read as far as it goes', () => {
    const result = {
      result: 5,
      total_cost_usd: 'much',
      usage: null,
      permission_denials: [null, 'Bash', { tool_name: 'Bash' }],
    };
    expect(outcome({ result })).toMatchObject({ state: 'clean', cost_usd: 0, text: null, denials: ['Bash'] });
  });
});
