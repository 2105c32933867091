import { join } from 'node:path';
import type { Step } from '../../sidecar/audit/judge.ts';
import { type StepCounts, stepsOf } from '../../sidecar/audit/steps.ts';
import { lookAt, type Transcript } from '../../sidecar/audit/transcript.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import type { TranscriptWriter } from './transcript-writer.ts';

export const SESSION = '11111111-1111-4111-8111-111111111111';
export const CWD = '/nonexistent/project';

/** What the audit makes of one transcript, and what it counted. */
export function readSteps(
  writer: Pick<TranscriptWriter, 'write'>,
  name = `${SESSION}.jsonl`,
): { steps: Step[]; counts: Omit<StepCounts, 'readBytes'>; transcript: Transcript } {
  const path = writer.write(join(temporaryFolder(), name));
  const transcript = lookAt({ path, bytes: 0, modified: 0 });
  const counts = noCounts();
  const steps = [...stepsOf(transcript, counts)];
  const { readBytes: _, ...counted } = counts;
  return { steps, counts: counted, transcript };
}

export function noCounts(): StepCounts {
  const none = { tornLines: 0, unknownRows: 0, longLines: 0 };
  return { ...none, missingResults: 0, interruptedTurns: 0, compactions: 0, readBytes: () => {} };
}

/** One line a step: what was done, and the last words of turns. */
export function told(steps: Step[]): string[] {
  return steps.map((step) => {
    const who = step.agentId === null ? '' : `${step.agentId}: `;
    if (step.kind === 'turn-end') return `${who}“${step.message}”`;
    const { tool, input, ok } = step.call;
    return `${who}${tool} ${Object.values(input as object).join(' ')}${ok ? '' : ' failed'}`;
  });
}
