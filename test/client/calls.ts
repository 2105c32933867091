import type { Block } from './assistant-message.ts';

/** One answer of the model that only says something: the end of a turn. */
export function says(text: string): Block[] {
  return [{ text }];
}

export function runs(command: string): Block[] {
  return [{ tool: 'Bash', input: { command } }];
}

/** Read first: the client refuses to edit what it has not seen. */
export function edits(file_path: string, old_string: string, new_string: string): Block[] {
  return [
    { tool: 'Read', input: { file_path } },
    { tool: 'Edit', input: { file_path, old_string, new_string } },
  ];
}

/** A waiting tool that its turn does not wait for, and what it goes on with. */
export function inBackground(tool: Block, then = ':'): Block[] {
  if (!('tool' in tool)) throw new Error('Only a tool can run in the background.');
  const command = `${tool.input.command}; ${then}`;
  return [{ ...tool, input: { ...tool.input, command, run_in_background: true } }];
}
