import { describe, expect, test } from 'vitest';
import { CWD, readSteps, SESSION, told } from './read-steps.ts';
import { transcriptWriter } from './transcript-writer.ts';

const begin = (options = {}) => transcriptWriter({ sessionId: SESSION, cwd: CWD, ...options });
const REJECTED = "The user doesn't want to proceed with this tool use. The tool use was rejected.";

describe('a turn', () => {
  test('is its calls with what the hooks would carry, and its last text', () => {
    const writer = begin()
      .prompt('Do.')
      .says('I begin.')
      .does('Bash', { command: 'echo a' }, { stdout: 'a', stderr: '' })
      .fails('Bash', { command: 'exit 3' }, 'Exit code 3')
      .says('I am through.')
      .says("I'll push now.");
    const { steps, counts } = readSteps(writer);
    expect(told(steps)).toEqual(['Bash echo a', 'Bash exit 3 failed', "“I'll push now.”"]);
    expect(steps[0]).toMatchObject({
      sessionId: SESSION,
      agentId: null,
      call: { tool: 'Bash', ok: true, response: { stdout: 'a', stderr: '' } },
    });
    expect(steps[1]).toMatchObject({ call: { ok: false, response: 'Exit code 3' } });
    expect(counts).toMatchObject({ tornLines: 0, unknownRows: 0, missingResults: 0, interruptedTurns: 0 });
  });

  test('tells where the client was at each call, since a shell goes elsewhere and a worktree is another root', () => {
    const writer = begin().prompt('Do.').does('Bash', { command: 'cd ../tree' });
    writer.goesTo('/nonexistent/tree').does('Edit', { file_path: '/nonexistent/tree/a.ts' });
    const { steps } = readSteps(writer);
    expect(steps.map((step) => step.kind === 'call' && step.cwd)).toEqual([CWD, '/nonexistent/tree']);
  });

  test('ends at the next prompt, with the time of its last text', () => {
    const writer = begin().prompt('One.').says('First.');
    const said = new Date(Date.parse(writer.now()) - 1000).toISOString();
    writer.wait(3600).prompt('Two.').says('Second.');
    const { steps } = readSteps(writer);
    expect(told(steps)).toEqual(['“First.”', '“Second.”']);
    expect(steps[0]?.at).toBe(said);
  });

  test('that a Stop hook sends back to work has ended before, and ends again', () => {
    const writer = begin().prompt('Do.').says("I'll push now.");
    const message = { role: 'user', content: 'Stop hook feedback:\nStill open: push.' };
    writer.row({ type: 'user', isMeta: true, message });
    writer.does('Bash', { command: 'git push' }).says('Pushed.');
    expect(told(readSteps(writer).steps)).toEqual(["“I'll push now.”", 'Bash git push', '“Pushed.”']);
  });

  test('whose one message is spread over several rows ends with its last text', () => {
    const writer = begin().prompt('Do.');
    writer.assistant([{ type: 'thinking', thinking: 'hm' }], { id: 'm1' });
    writer.assistant([{ type: 'text', text: 'One.' }], { id: 'm1' });
    writer.assistant([{ type: 'text', text: 'Two.' }], { id: 'm1' });
    writer.assistant([{ type: 'text', text: ' \n' }], { id: 'm1' });
    expect(told(readSteps(writer).steps)).toEqual(['“Two.”']);
  });

  test('in which two calls run at once has both', () => {
    const writer = begin().prompt('Do.');
    const calls = ['a', 'b'].map((command) => ({
      type: 'tool_use',
      id: `t-${command}`,
      name: 'Bash',
      input: { command },
    }));
    writer.assistant(calls, { stop: 'tool_use' });
    const results = ['b', 'a'].map((id) => ({ type: 'tool_result', tool_use_id: `t-${id}`, content: id }));
    writer.row({ type: 'user', message: { role: 'user', content: results } });
    writer.says('Both.');
    expect(told(readSteps(writer).steps)).toEqual(['Bash b', 'Bash a', '“Both.”']);
  });
});

describe('a turn has no last word', () => {
  test('where the person interrupted it', () => {
    const writer = begin().prompt('Do.').says("I'll push now.");
    writer.interrupted().prompt('Go on.').says('Yes.');
    const { steps, counts } = readSteps(writer);
    expect(told(steps)).toEqual(['“Yes.”']);
    expect(counts.interruptedTurns).toBe(1);
  });

  test('where the API refused in the end', () => {
    const writer = begin().prompt('Do.').says("I'll push now.");
    writer.apiError();
    expect(readSteps(writer).steps).toEqual([]);
  });

  test('where it was killed before the call that the message announces', () => {
    const writer = begin().prompt('Do.');
    writer.assistant([{ type: 'text', text: "I'll push now." }], { stop: 'tool_use' });
    expect(readSteps(writer).steps).toEqual([]);
  });

  test('where it was killed in the midst of a call, whatever stands beside it', () => {
    const writer = begin().prompt('Do.');
    writer.assistant([{ type: 'tool_use', id: 't', name: 'Bash', input: {} }], { id: 'm1' });
    writer.assistant([{ type: 'text', text: "I'll push now." }], { id: 'm1' });
    const { steps, counts } = readSteps(writer);
    expect(steps).toEqual([]);
    expect(counts.missingResults).toBe(1);
  });

  test('where the client speaks for it', () => {
    const writer = begin().prompt('Do.').says('Done.');
    const content = [{ type: 'text', text: 'No response requested.' }];
    writer.row({ type: 'assistant', message: { role: 'assistant', model: '<synthetic>', content } });
    expect(told(readSteps(writer).steps)).toEqual(['“Done.”']);
  });
});

describe('a call that never ran is none', () => {
  test.each([
    ['Edit', '<tool_use_error>String to replace not found in file.</tool_use_error>'],
    ['Bash', '<tool_use_error>Error: No such tool available</tool_use_error>'],
    ['Edit', REJECTED],
    ['Bash', REJECTED],
    ['Bash', 'Permission to use Bash with command git push has been denied.'],
    ['Bash', 'no: the person has a hook that says so'],
    ['Bash', "touch in '/x' was blocked. For security, Claude Code may only create files here."],
  ])('%s: %s', (tool, content) => {
    const writer = begin().prompt('Do.').fails(tool, { command: 'git push' }, content).says('Done.');
    expect(told(readSteps(writer).steps)).toEqual(['“Done.”']);
  });

  test('but an old client says in other words that Bash failed', () => {
    const writer = begin({ version: '1.0.60' }).prompt('Do.');
    writer.fails('Bash', { command: 'git push' }, 'fatal: no upstream').says('Done.');
    expect(told(readSteps(writer).steps)).toEqual(['Bash git push failed', '“Done.”']);
  });
});

describe('a subagent', () => {
  test('in a file of its own is told apart, in the session of its parent', () => {
    const writer = begin({ agentId: 'a17' }).prompt('Look.').does('Bash', { command: 'echo' });
    writer.says('I will push.');
    const { steps, transcript } = readSteps(writer, `${SESSION}/subagents/agent-a17.jsonl`);
    expect(told(steps)).toEqual(['a17: Bash echo', 'a17: “I will push.”']);
    expect(transcript).toMatchObject({ agentId: 'a17', sessionId: SESSION });
    // Its rows have no structured result: the text must do.
    expect(steps[0]).toMatchObject({ call: { ok: true, response: 'ok' } });
  });

  test('of an old client, whose rows lie among those of its parent, does not end the parent’s turn', () => {
    const parent = begin().prompt('Do.').says('I let it look.');
    parent.row({ type: 'user', isSidechain: true, message: { role: 'user', content: 'Look.' } });
    const message = { role: 'assistant', id: 'm', content: [{ type: 'text', text: 'I will push.' }] };
    parent.row({ type: 'assistant', isSidechain: true, message });
    parent.says('It looked.');
    expect(told(readSteps(parent).steps)).toEqual(['“It looked.”', 'subagent: “I will push.”']);
  });
});

describe('a session goes on', () => {
  test('after a compaction, whose summary nobody said', () => {
    const writer = begin().prompt('Do.').does('Bash', { command: 'a' });
    writer.row({ type: 'system', subtype: 'compact_boundary', content: 'Conversation compacted' });
    const summary = { role: 'user', content: 'This session is being continued. I will push now.' };
    writer.row({ type: 'user', isCompactSummary: true, message: summary });
    writer.says('Done.');
    const { steps, counts } = readSteps(writer);
    expect(told(steps)).toEqual(['Bash a', '“Done.”']);
    expect(counts.compactions).toBe(1);
  });

  test('after a result whose question is not there, and a question whose result is not', () => {
    const writer = begin().prompt('Do.');
    const content = [{ type: 'tool_result', tool_use_id: 'nobody', content: 'ok' }];
    writer.row({ type: 'user', message: { role: 'user', content } });
    writer.asks('Bash', { command: 'lost' });
    writer.says('Done.').prompt('More.').says('Yes.');
    const { steps, counts } = readSteps(writer);
    expect(told(steps)).toEqual(['“Done.”', '“Yes.”']);
    expect(counts.missingResults).toBe(1);
  });
});
