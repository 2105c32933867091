import { accessSync, constants } from 'node:fs';
import type { Fault } from './save-turn.ts';
import { WRAPPER } from './start-client.ts';
import { lastErrors, type TurnFiles } from './turn-files.ts';

/** Why a turn has no result, as far as its standard error tells; `why`: it is known that nothing was started. */
export function whyItCrashed(files: TurnFiles, claude: string, why?: string): Fault {
  const said = lastErrors(files);
  // Only the wrapper's own shell speaks so: the client never came to be.
  const neverRan = why !== undefined || said.startsWith(`${WRAPPER}:`);
  if (!neverRan)
    return { class: 'crashed', text: said === '' ? 'Its process is gone, and there is no result.' : said };
  const text = [why, said].filter(Boolean).join(': ');
  if (canRun(claude)) return { class: 'never_started', text };
  return { class: 'AGENT_BINARY_NOT_FOUND', text: `${claude} is gone, or cannot be run. ${text}` };
}

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
