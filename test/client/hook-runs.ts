import { readFileSync } from 'node:fs';
import type { ClientEnd, ClientEvent } from './run-client.ts';

/** A hook as the client itself tells of it, in its stream (`--include-hook-events`). */
export interface HookRun {
  event: string;
  exitCode: number;
  /** `success`, `error` or `cancelled`; `unknown` where the client never said that it ended. */
  outcome: string;
  stdout: string;
  stderr: string;
}

/** Oldest first. ConfigChange, StopFailure and SessionEnd are not in the stream. */
export function hookRuns({ events }: Pick<ClientEnd, 'events'>): HookRun[] {
  const ended = new Map(ofKind(events, 'hook_response').map((event) => [event.hook_id, event]));
  return ofKind(events, 'hook_started').map((started) => {
    const response = ended.get(started.hook_id);
    return {
      event: String(started.hook_event),
      exitCode: Number(response?.exit_code ?? -1),
      outcome: String(response?.outcome ?? 'unknown'),
      stdout: String(response?.stdout ?? ''),
      stderr: String(response?.stderr ?? ''),
    };
  });
}

/** Those of which only the debug file tells: `SessionEnd 0`. One that had to be cancelled is not there. */
export function hooksOfDebugFile(file: string): string[] {
  const lines = readFileSync(file, 'utf8').matchAll(
    / \[DEBUG\] (\w+)\S* \[.*\] completed with status (\d+)$/gm,
  );
  return [...lines].map(([, event, status]) => `${event} ${status}`);
}

/** Everything that the client says of hooks that went wrong. */
export function hookFaults(end: ClientEnd, debugFile: string): unknown[] {
  return [
    ...hookRuns(end).filter((run) => run.exitCode !== 0 || run.outcome !== 'success' || run.stderr !== ''),
    ...hooksOfDebugFile(debugFile).filter((line) => !line.endsWith(' 0')),
  ];
}

function ofKind(events: ClientEvent[], subtype: string): ClientEvent[] {
  return events.filter((event) => event.type === 'system' && event.subtype === subtype);
}
