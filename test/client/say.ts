import type { ChildProcess } from 'node:child_process';

/** One more prompt for a client with `openInput` and `--input-format stream-json`, which lives until its end. */
export function say(client: ChildProcess, text: string): void {
  client.stdin?.write(`${JSON.stringify({ type: 'user', message: { role: 'user', content: text } })}\n`);
}
