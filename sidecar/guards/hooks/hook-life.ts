import { dirname } from 'node:path';
import { HoldfastError, messageOf } from '../../errors/index.ts';
import type { HomePaths } from '../../home/index.ts';
import { HOOK_ENTRIES } from '../../registration/index.ts';
import type { Store } from '../../store/index.ts';
import type { GuardStatus } from '../status.ts';
import { type Heard, judge, type Unheard } from './judge.ts';
import type { ReadRow } from './read-signs.ts';
import { readRemembered, type Silence, writeRemembered } from './remembered.ts';
import { type Came, hookEvents } from './store.ts';
import { type Transcript, type TranscriptFiles, transcriptFiles } from './transcript-files.ts';
import { type Place, watchedSince } from './watched.ts';

/** What files say against a hook. */
export type Fault = { event: string; reason: string; hint: string };

/** What other rooms know, and this one must be told. Loaded with the first look. */
export type Sources = {
  readRow: ReadRow;
  /** Where Claude Code keeps its transcripts, as far as the environment tells. */
  folder: string | null;
  registered: () => { places: Place[]; faults: Fault[] };
  /** What keeps all hooks off in a directory, if anything is known to. */
  switchedOff: (directory: string) => Omit<Fault, 'event'> | null;
};

export type HookLifeOptions = {
  store: Store;
  home: HomePaths;
  sources: () => Promise<Sources>;
  projectOf: (directory: string) => string;
  /** A project of which the person wants nothing kept. */
  isIgnored: (directory: string) => boolean;
  /** Events wait in the spool: what is missing may be among them. */
  eventsWait: () => boolean;
  /** When events were dropped last, since the spool was full; null: never. */
  droppedAt?: () => Date | null;
  /** The person has deleted this script, and an upgrade wrote that down. */
  isTombstoned?: (script: string) => boolean;
  now?: () => Date;
};

export type HookLife = {
  /** From memory: what the last look found. */
  statusOf: (event: string) => GuardStatus;
  /** True where the person took the hook's script away for good: its guard is off, and nothing is wrong. */
  deletedByPerson: (event: string) => boolean;
  /** Looks at settings, scripts and what the transcripts got; for a timer, never for a request. */
  look: () => Promise<void>;
  /** Nothing is kept of a session, or of a project. */
  forget: (what: { sessionId: string } | { project: string }) => void;
  /** Keeps what was found for the next start. */
  stop: () => void;
};

/** So long a hook has to tell: it gives up on a sidecar after 1.5 s, and what it spools then is waited for. */
const GRACE_MS = 5_000;
/** After a longer time without a sidecar the older part is not judged. */
const LOOK_BACK_MS = 24 * 60 * 60_000;
const KEEP_EVERY_MS = 5 * 60_000;
const FIRST_EVENTS = 5_000;
/** A file that was made later than its first message is a copy: of another machine, a backup, a restored home. */
const MADE_WITHIN_MS = 10_000;

const DELETED = {
  reason: 'Its script was deleted, and stays deleted.',
  hint: '`holdfast migrate` says how to have it back.',
};

/** Proof of life of the hooks: from their own events, from the files that make them run, and from transcripts. */
export function openHookLife(options: HookLifeOptions): HookLife {
  const { store, home, projectOf, isIgnored, eventsWait, droppedAt = () => null } = options;
  const { isTombstoned = () => false, now = () => new Date() } = options;
  const events = hookEvents(store);
  const known = readRemembered(home.hookLife);
  /** What happened before was judged by the sidecar before this one, or was before there was any. */
  const judgedFrom = Math.min(Date.parse(known?.judgedUpTo ?? '') || now().getTime(), now().getTime());
  let judgedUpTo = judgedFrom;
  let silences = known?.silences ?? [];
  let keptAt = now().getTime();
  let seenUpTo = Math.max(0, events.newest() - FIRST_EVENTS);
  const lastAt = new Map<string, string>();
  let registered: ReturnType<Sources['registered']> | null = null;
  let sources: Sources | null = null;
  let files: TranscriptFiles | null = null;
  let looking: Promise<void> | null = null;
  let stopped = false;
  let failure: { reason: string; hint: string } | null = null;

  async function lookOnce(): Promise<void> {
    sources ??= await options.sources();
    if (stopped) return;
    files ??= transcriptFiles(sources.readRow);
    registered = sources.registered();
    const before = JSON.stringify(silences);
    hearEvents();
    if (registered.places.length > 0 && !eventsWait()) await judgeTranscripts(files, sources);
    if (stopped) return;
    silences = silences.filter(({ project }) => isWatched(project));
    if (JSON.stringify(silences) !== before || now().getTime() - keptAt > KEEP_EVERY_MS) keep();
  }

  function hearEvents(): void {
    for (let came = events.since(seenUpTo); came.length > 0; came = events.since(seenUpTo)) {
      for (const row of came) {
        seenUpTo = row.seq;
        lastAt.set(row.event, row.at);
        if (silences.length > 0) silences = silences.filter((silence) => !isOver(silence, row));
      }
    }
  }

  /** A newer session of the project that was heard from its beginning to an end, or the very event again. */
  function isOver({ what, event, project, seq }: Silence, row: Came): boolean {
    if (row.session_id === null || row.project !== project || row.seq <= seq) return false;
    if (what === 'hook') return row.event === event;
    const came = ['Stop', 'StopFailure', 'SessionEnd'].includes(row.event);
    return came && (events.began(row.session_id) ?? 0) > seq;
  }

  async function judgeTranscripts(found: TranscriptFiles, { folder, switchedOff }: Sources): Promise<void> {
    const time = now().getTime();
    const transcripts = await found.look(foldersOf(folder), time);
    // What came while the files were read is in the ledger by now, or waits.
    if (stopped || eventsWait()) return;
    hearEvents();
    const upTo = time - GRACE_MS;
    const from = Math.max(judgedFrom, time - LOOK_BACK_MS, droppedAt()?.getTime() ?? 0);
    for (const transcript of transcripts) {
      const due = transcript.signs.filter(({ at }) => Date.parse(at) <= upTo);
      transcript.signs = transcript.signs.filter(({ at }) => Date.parse(at) > upTo);
      const place = placeOf(transcript);
      if (place === null) continue;
      const unheard = judge(
        due.filter(({ at }) => Date.parse(at) > from),
        { ...transcript, heard: heardOf(transcript), version: transcript.reader.facts.version },
      );
      for (const one of unheard) remember(one, transcript, place, switchedOff);
    }
    judgedUpTo = Math.max(judgedFrom, upTo);
  }

  /** The last session may have been told of another CLAUDE_CONFIG_DIR than this sidecar. */
  function foldersOf(folder: string | null): Set<string> {
    const transcript = events.transcript();
    const heard = transcript === null ? null : dirname(dirname(transcript));
    return new Set([folder, heard].filter((path) => path !== null));
  }

  /** Null where nobody registered the hooks, or where what is missing proves nothing. */
  function placeOf({ reader: { facts }, madeAt }: Transcript): { cwd: string; project: string } | null {
    const { cwd, beganAt, firstMessageAt, entrypoint } = facts;
    if (cwd === null || beganAt === null || firstMessageAt === null || isIgnored(cwd)) return null;
    // Programs on the SDK read no settings unless they say so: their author decided on hooks, and not the person.
    if (entrypoint?.startsWith('sdk-') && entrypoint !== 'sdk-cli') return null;
    if (madeAt === 0 || madeAt > Date.parse(firstMessageAt) + MADE_WITHIN_MS) return null;
    const since = watchedSince(cwd, registered?.places ?? [], projectOf);
    if (since === null || Math.min(Date.parse(beganAt), madeAt) < since) return null;
    return { cwd, project: projectOf(cwd) };
  }

  function heardOf({ sessionId, ran }: Transcript): Heard {
    const rows = events.ofSession(sessionId);
    const first = events.first(sessionId);
    return {
      first: first ?? (ran.size > 0 ? '' : null),
      came: (event, toolUseId, from) =>
        ran.has(toolUseId === null ? event : `${event} ${toolUseId}`) ||
        rows.some(
          (row) =>
            row.event === event && (toolUseId === null ? row.at >= from : row.tool_use_id === toolUseId),
        ),
    };
  }

  function remember(
    { event, what, at, seen }: Unheard,
    { sessionId }: Transcript,
    { cwd, project }: { cwd: string; project: string },
    switchedOff: Sources['switchedOff'],
  ): void {
    // One cause, one reason: what files say against the hook explains it.
    if (registered?.faults.some((fault) => fault.event === event)) return;
    const words = what === 'session' ? (switchedOff(cwd) ?? ofSession(cwd)) : ofHook(cwd);
    const found = { event, what, sessionId, project, at, seq: events.newest(), ...words };
    silences = [...silences.filter((other) => other.event !== event || other.project !== project), found];

    function ofSession(place: string): Pick<Silence, 'reason' | 'hint'> {
      return {
        reason: `Session ${sessionId} in ${place} ran without Holdfast’s hooks: ${seen}, and no ${event} came.`,
        hint:
          'Was it started with --bare, --safe-mode, --setting-sources or another HOLDFAST_HOME, or in a directory ' +
          `whose .claude/settings.json has no hooks? Run \`holdfast doctor\` in ${place}; \`holdfast init --user\` holds everywhere.`,
      };
    }

    function ofHook(place: string): Pick<Silence, 'reason' | 'hint'> {
      return {
        reason: `In session ${sessionId} in ${place} ${seen}, and no ${event} came.`,
        hint: `Run \`holdfast doctor\` in ${place}: it feeds a sample event through each hook.`,
      };
    }
  }

  function isWatched(project: string): boolean {
    return (registered?.places ?? []).some(
      (place) => place.project === null || projectOf(place.project) === project,
    );
  }

  function keep(): void {
    try {
      writeRemembered(home.hookLife, { judgedUpTo: new Date(judgedUpTo).toISOString(), silences });
      keptAt = now().getTime();
    } catch {
      // A full disk: the next look tries again. Without it a start judges the last part anew, and no more.
    }
  }

  function deletedByPerson(event: string): boolean {
    const script = HOOK_ENTRIES.find((entry) => entry.event === event)?.script;
    return script !== undefined && isTombstoned(script);
  }

  return {
    statusOf: (event) => {
      if (deletedByPerson(event)) return { runtime: 'off', byPerson: true, ...DELETED };
      if (failure) return { runtime: 'on', blind: true, cause: failure.reason, ...failure };
      const lastTickAt = lastAt.get(event) ?? null;
      const faults = (registered?.faults ?? []).filter((fault) => fault.event === event);
      const silent = silences.filter((silence) => silence.event === event).at(-1);
      const [fault] = faults;
      if (fault) {
        const { reason, hint } = fault;
        const others = faults.length > 1 ? ` (And so in ${faults.length - 1} more.)` : '';
        return { runtime: 'off', reason: reason + others, hint, cause: reason, lastTickAt };
      }
      if (silent) {
        const { reason, hint, what, sessionId } = silent;
        const cause = what === 'session' ? `session ${sessionId}` : reason;
        return { runtime: 'on', blind: true, reason, hint, cause, lastTickAt };
      }
      if (lastTickAt !== null) return { runtime: 'on', lastTickAt };
      return { runtime: 'on', unverified: true, reason: `No ${event} has come yet.`, lastTickAt };
    },
    deletedByPerson,
    look: () => {
      looking ??= lookOnce()
        .then(
          () => {
            failure = null;
          },
          (error) => {
            const hint = error instanceof HoldfastError ? error.hint : 'Run `holdfast doctor`.';
            failure = { reason: `Whether hooks live cannot be told: ${messageOf(error)}`, hint };
          },
        )
        .finally(() => {
          looking = null;
        });
      return looking;
    },
    forget: (what) => {
      silences = silences.filter((silence) =>
        'sessionId' in what
          ? silence.sessionId !== what.sessionId
          : silence.project !== projectOf(what.project),
      );
      keep();
    },
    stop: () => {
      stopped = true;
      keep();
    },
  };
}
