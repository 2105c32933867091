import { messageOf } from '../errors/index.ts';
import type { Config } from '../home/index.ts';
import type { Store } from '../store/index.ts';
import type { AttentionItem, AttentionKind, Notice } from './attention.ts';
import { compareWithLastStart } from './boot.ts';
import { configOnDisk, type OnDisk } from './config-on-disk.ts';
import { newEpisodes } from './episodes.ts';
import { lookOften } from './look-often.ts';
import { GUARDS, type Guard } from './manifest.ts';
import { openNotices } from './notices.ts';
import { notifyPerson, type RunCommand } from './notify.ts';
import { type Clock, guardRegistry, type Summary, summaryOf } from './registry.ts';
import type { GuardRow } from './row.ts';
import { type NoticesNow, noticeSources } from './sources.ts';
import type { GuardStatus, StatusOf } from './status.ts';
import { attentionStore } from './store.ts';
import { type Telling, tellSession } from './tell-sessions.ts';
import { newTicking } from './ticking.ts';

export type GuardsOptions = {
  store: Store;
  /** In force. */
  config: Config;
  configFile: string;
  mask: (text: string) => string;
  /** Runs `attention.notifyCommand`. */
  run: RunCommand;
  /** Begun with each look, and not waited for: what it finds stands in the statuses of the next one. */
  prove?: () => void;
  closing: AbortSignal;
  warn: (what: string, facts: Record<string, unknown>) => void;
  manifest?: readonly Guard[];
  clock?: Clock;
};

export type Guards = {
  /** Each part, also (above all) one that failed to start. */
  register: (key: string, statusOf: StatusOf) => void;
  rows: () => GuardRow[];
  posture: () => { guards: GuardRow[]; summary: Summary };
  attention: {
    list: () => AttentionItem[];
    acknowledge: (id: string) => AttentionItem;
    /** Opens a notice, or counts on the one that is there. */
    raise: (notice: Notice) => void;
    /** A room that says at each look what is the matter; what it says no more is over. */
    source: (name: string, noticesNow: NoticesNow) => void;
    /** Ends its episode. */
    close: (guard: string, kind: AttentionKind) => void;
    /** For a session's start, once an episode. Inside a transaction of the caller's. */
    tell: () => Telling | null;
  };
  /** After everybody registered: compares with the last start, and looks from now on. */
  begin: () => void;
  /** One look, now. */
  look: () => void;
  prune: (now: Date, keepDays: number) => boolean;
  stop: () => Promise<void>;
};

/** Opens the room of guards. Requests read; only the look writes, and a person's word. */
export function openGuards(options: GuardsOptions): Guards {
  const { store, config, configFile, mask, run, closing, warn, manifest = GUARDS } = options;
  const { prove = () => {} } = options;
  const { clock = { now: Date.now, steady: () => performance.now() } } = options;
  const now = () => new Date(clock.now());
  const onDisk = configOnDisk(configFile);
  const registry = guardRegistry({ manifest, started: config, onDisk, clock });
  const items = attentionStore(store);
  const notices = openNotices({ store, items, mask, now });
  const episodes = newEpisodes(notices);
  const sources = noticeSources(notices);
  const looking = newTicking(now);
  const command = config['attention.notifyCommand'];
  let notifying: Promise<void> | null = null;
  let loop: { stop: () => void } | null = null;

  function look(): void {
    try {
      sighted();
      looking.ticked();
    } catch (error) {
      looking.failed(error);
      warn('a look at the guards failed; it is done again', { why: messageOf(error) });
    }
    prove();
    // Not waited for: a command of the person's that hangs holds up no look.
    notifying ??= notifyPerson({ store, notices, command, run, closing })
      .catch((error) => warn('a notice could not be given; it is tried again', { why: messageOf(error) }))
      .finally(() => {
        notifying = null;
      });
  }

  /** A fault in the one keeps nobody from the other. */
  function sighted(): void {
    try {
      episodes.sight(registry.sights());
    } finally {
      sources.look();
    }
  }

  const own: Record<string, StatusOf> = { config: () => configStatus(onDisk()), attention: looking.status };
  for (const { key } of manifest) {
    const statusOf = own[key];
    if (statusOf) registry.register(key, statusOf);
  }

  return {
    register: registry.register,
    rows: registry.rows,
    posture: () => {
      const guards = registry.rows();
      return { guards, summary: summaryOf(guards) };
    },
    attention: {
      list: notices.list,
      acknowledge: notices.acknowledge,
      raise: (notice) => notices.raise(notice),
      source: sources.add,
      close: notices.close,
      tell: () => tellSession(notices),
    },
    begin: () => {
      try {
        compareWithLastStart(
          { manifest, store, items, notices, now, notifies: command !== null },
          registry.rows(),
        );
      } catch (error) {
        // A full disk. The posture of the start before stays, and the next start compares with it.
        warn('what was on at the last start is not compared', { why: messageOf(error) });
      }
      prove();
      const everyMs = config['attention.lookSeconds'] * 1_000;
      loop = lookOften({ everyMs, look, heldUp: registry.heldUp, steady: clock.steady });
    },
    look,
    prune: items.prune,
    stop: async () => {
      loop?.stop();
      await notifying;
      try {
        notices.saveCounts();
      } catch (error) {
        warn('how often notices were seen is not saved', { why: messageOf(error) });
      }
    },
  };
}

function configStatus(found: OnDisk): GuardStatus {
  if ('config' in found) return { runtime: 'on' };
  const reason = `The next start will refuse: ${found.refused}`;
  return { runtime: 'on', blind: true, reason, hint: found.hint };
}
