import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { HomePaths } from '../../sidecar/home/index.ts';
import { cleanEnvironment } from '../kit/real-sidecar.ts';
import { runProgram } from '../kit/run-program.ts';
import { answering, fakeSidecar } from './fake-sidecar.ts';
import { FIVE_ATTEMPTS } from './in-time.ts';
import { bodyOf, HOOKS, makeHome, nobodyListens, SCRIPTS } from './run-hook.ts';

/**
 * What a hook and the sidecar of 0.1.0 said to each other, as it went over the wire, and what that hook left
 * in the spool. It took the first, and reads the second: hooks that say nothing else are heard by it too.
 */
const RECORDED = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'fixtures', 'hooks-0.1.0', 'exchange.json'), 'utf8'),
) as Record<'request' | 'response' | 'spooled', string>;

/** The line and the headers; what differs from event to event is in their numbers. */
function formOf(request: string) {
  const [head = '', body = ''] = request.split('\r\n\r\n');
  const [line = '', ...headers] = head.split('\r\n');
  const form = (header: string) =>
    header.startsWith('x-holdfast-event: ') ? 'x-holdfast-event: ID' : header.replaceAll(/\d+/g, 'N');
  return { line, headers: headers.map(form), body };
}

const spooledIn = (home: HomePaths) => readdirSync(home.spool).filter((name) => name !== 'rejected');

describe('what this version says, a sidecar of 0.1.0 understands', () => {
  const known = formOf(RECORDED.request);

  test.for(HOOKS)('$event', FIVE_ATTEMPTS, async (hook, scope) => {
    const { home } = makeHome(scope);
    const { requests } = await fakeSidecar(scope, home, answering(RECORDED.response));
    const body = bodyOf(hook);
    const run = await runProgram(join(SCRIPTS, hook.script), { env: cleanEnvironment(home), input: body });
    // And what it answers is understood here.
    expect(run).toMatchObject({ code: 0, stdout: hook.prints ? '{}\n' : '', stderr: '' });
    expect(spooledIn(home)).toEqual([]);
    expect(requests).toHaveLength(1);
    const said = formOf(requests[0] ?? '');
    expect(said.line).toBe(known.line.replace('SessionStart', hook.event));
    expect(said.body).toBe(body);
    // Nothing new, and nothing missing but the client's process where the environment has none.
    expect(known.headers).toEqual(expect.arrayContaining(said.headers));
    const always = known.headers.filter((header) => !header.startsWith('x-holdfast-client'));
    expect(said.headers).toEqual(expect.arrayContaining(always));
  });

  test('in the spool', async (scope) => {
    const { home } = makeHome(scope);
    nobodyListens(home);
    for (const hook of HOOKS.filter(({ event }) => event !== 'SessionStart')) {
      const env = cleanEnvironment(home, { CLAUDE_PID: String(process.pid) });
      await runProgram(join(SCRIPTS, hook.script), { env, input: bodyOf(hook) });
    }
    const form = (spooled: string, event: string) =>
      spooled
        .slice(0, spooled.indexOf('\n'))
        .replace(event, 'EVENT')
        .replace(/ [\w-]{20,} /, ' ID ')
        .replaceAll(/ \d{2,}/g, ' N');
    const files = spooledIn(home);
    expect(files).toHaveLength(HOOKS.length - 1);
    for (const name of files) {
      expect(name).toMatch(/^[\w-]+\.event$/);
      const text = readFileSync(join(home.spool, name), 'utf8');
      const { hook_event_name: event } = JSON.parse(text.slice(text.indexOf('\n') + 1));
      expect(form(text, event)).toBe(form(RECORDED.spooled, 'SessionStart'));
    }
  });
});
