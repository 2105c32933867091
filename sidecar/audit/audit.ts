import { classifyMessage } from '../claims/index.ts';
import { messageOf, systemCode } from '../errors/index.ts';
import { projectOf } from '../sessions/index.ts';
import { findTranscripts, type Unreadable } from './find-transcripts.ts';
import { inOrder } from './in-order.ts';
import type { OpenJudge, Step } from './judge.ts';
import { type StepCounts, stepsOf } from './steps.ts';
import { newTally } from './tally.ts';
import { lookAt, type Transcript, type TranscriptFile } from './transcript.ts';

export type AuditOptions = {
  /** Files and folders. Where `named`, one that is not there is an error. */
  places: readonly string[];
  named: boolean;
  /** Only what was said since then is counted. What was done before still proves it. */
  since: Date | null;
  /** Only this project, by any of its directories. */
  project: string | null;
  openJudge: OpenJudge;
  /** For sentences that leave the transcripts. */
  mask: (text: string) => string;
  /** Called now and then. */
  progress: (read: Progress) => void;
  now?: () => number;
};

export type Progress = { readBytes: number; bytes: number; files: number };
export type Report = ReturnType<typeof audit>;

/** Reads what was said and done, one project at a time, and judges it as it would have been judged live. */
export function audit(options: AuditOptions) {
  const { places, named, since, project, openJudge, mask, progress, now = () => performance.now() } = options;
  const began = now();
  const from = since?.toISOString() ?? '';
  const { files, unreadable } = findTranscripts(places, { named });
  // A file that was not touched since holds nothing that was said since.
  const recent = files.filter(({ modified }) => since === null || modified >= since.getTime());
  const topics = byTopic(recent, project, unreadable);
  const wanted = [...topics.values()].flat();

  const read = { readBytes: 0, bytes: sum(wanted.map(({ bytes }) => bytes)), files: wanted.length };
  const counts = {
    ...{ tornLines: 0, unknownRows: 0, longLines: 0, missingResults: 0, interruptedTurns: 0, compactions: 0 },
    copies: 0,
    readBytes: (count: number) => {
      read.readBytes += count;
      progress(read);
    },
  };
  const heard = { turns: 0, calls: 0 };
  const subagents = { files: wanted.filter(({ agentId }) => agentId !== null).length, ...noSubagents() };
  const tally = newTally({ since: from, mask });

  for (const [topicId, transcripts] of topics) {
    const judge = openJudge(topicId);
    const judged = tally.of(topicId);
    const open = (transcript: Transcript) => readable(transcript, counts, unreadable);
    try {
      for (const step of inOrder(transcripts, open, counts)) {
        if (step.at >= from) note(step, heard, subagents);
        if (step.kind === 'call' || step.agentId === null) judge.hear(step);
      }
      judge.tell(judged);
      judged.done();
    } finally {
      judge.close();
    }
  }

  const { readBytes: _, tornLines, unknownRows, longLines, ...met } = counts;
  const seconds = (now() - began) / 1000;
  return {
    ...tally.result(),
    skipped: { tornLines, unknownRows, unreadableFiles: unreadable.length, longLines },
    subagents,
    sessions: wanted.length - subagents.files,
    ...heard,
    met,
    since: since?.toISOString() ?? null,
    unreadable: unreadable.slice(0, MOST_UNREADABLE_NAMED),
    read: {
      files: wanted.length,
      bytes: read.readBytes,
      seconds: round(seconds),
      megabytesPerSecond: round(read.readBytes / 1e6 / Math.max(seconds, 0.001)),
    },
  };
}

const MOST_UNREADABLE_NAMED = 20;

/** The transcripts of each project; a subagent's belong to its parent's. */
function byTopic(
  files: readonly TranscriptFile[],
  project: string | null,
  unreadable: Unreadable[],
): Map<string, Transcript[]> {
  const transcripts = files.flatMap((file) => looked(file, unreadable));
  const topicOfSession = new Map(
    transcripts.filter(({ agentId }) => agentId === null).map((one) => [one.sessionId, topicOf(one)]),
  );
  const wanted = project === null ? null : projectOf(project);
  const topics = new Map<string, Transcript[]>();
  for (const transcript of transcripts) {
    const topic = topicOfSession.get(transcript.sessionId) ?? topicOf(transcript);
    if (wanted !== null && topic !== wanted) continue;
    const others = topics.get(topic);
    if (others) others.push(transcript);
    else topics.set(topic, [transcript]);
  }
  return topics;
}

/** As live: the project stays where the session began, and a session without a place is one of its own. */
function topicOf({ cwd, sessionId }: Transcript): string {
  return cwd === null ? `session:${sessionId}` : projectOf(cwd);
}

function looked(file: TranscriptFile, unreadable: Unreadable[]): Transcript[] {
  try {
    return [lookAt(file)];
  } catch (error) {
    unreadable.push({ path: file.path, why: systemCode(error) ?? messageOf(error) });
    return [];
  }
}

/** A disk that fails in the middle ends that file, and no other. */
function* readable(transcript: Transcript, counts: StepCounts, unreadable: Unreadable[]): Generator<Step> {
  try {
    yield* stepsOf(transcript, counts);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    unreadable.push({ path: transcript.path, why: systemCode(error) ?? '' });
  }
}

function noSubagents() {
  return { calls: 0, promises: 0, claims: 0 };
}

/** Subagents speak to their parent and to nobody else: what they say is counted, and not judged. */
function note(
  step: Step,
  heard: { turns: number; calls: number },
  subagents: ReturnType<typeof noSubagents>,
): void {
  const isSubagent = step.agentId !== null;
  if (step.kind === 'call') {
    if (isSubagent) subagents.calls += 1;
    else heard.calls += 1;
  } else if (isSubagent) {
    const { claims } = classifyMessage(step.message);
    subagents.claims += claims.filter(({ kind }) => kind === 'completed').length;
    subagents.promises += claims.filter(({ kind }) => kind === 'commit' || kind === 'deferred').length;
  } else heard.turns += 1;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
