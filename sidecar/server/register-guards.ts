import { existsSync } from 'node:fs';
import type { GuardStatus, Guards, HookLife, Ticking } from '../guards/index.ts';
import type { Config, HomePaths } from '../home/index.ts';
import { maskText } from '../intake/index.ts';
import { HOOK_ENTRIES } from '../registration/index.ts';
import type { Resume } from '../resume/index.ts';
import type { Migrations } from '../setup/index.ts';
import { type Store, schemaFault } from '../store/index.ts';
import type { InstanceLock } from './instance-lock.ts';

export type Parts = {
  store: Store;
  home: HomePaths;
  config: Config;
  lock: Pick<InstanceLock, 'fault'>;
  hooks: HookLife;
  queue: Pick<Resume, 'state'>;
  migrations: Pick<Migrations, 'fault'>;
  ticking: Record<'spool' | 'sweep' | 'watchdog' | 'tidying', Ticking>;
};

/** Every part of this sidecar says what it is. A part that the manifest declares and that is not here is missing. */
export function registerGuards(guards: Guards, parts: Parts): void {
  const { store, home, config, lock, hooks, queue, migrations, ticking } = parts;
  const ledgerFault = schemaFault(store);

  for (const { event } of HOOK_ENTRIES) {
    guards.register(`hook.${event}`, () => hooks.statusOf(event));
  }
  guards.register('spool', () => {
    const lost = existsSync(home.overflow) ? OVERFLOW : null;
    return {
      ...ticking.spool.status(),
      ...(lost && { ...lost, hint: `Remove ${home.overflow} when you have read this.` }),
    };
  });
  guards.register('redaction', () => (config['privacy.redact'] ? masking() : { runtime: 'off' }));
  guards.register('singleInstance', () =>
    faultOr(lock.fault(), 'Restart the sidecar: `holdfast stop`, then `holdfast start`.'),
  );
  guards.register('migrator', () => {
    const step = migrations.fault();
    const hint = 'Restart the sidecar; if this stays, `holdfast start --recover` begins a new ledger.';
    return faultOr(ledgerFault() ?? step?.reason ?? null, ledgerFault() === null && step ? step.hint : hint);
  });
  guards.register('actionClaim', () => onWhere(config['messaging.actionClaim.enabled']));
  guards.register('completionClaim', () => onWhere(config['messaging.completionClaim.enabled']));
  guards.register('commitmentSweep', ticking.sweep.status);
  guards.register('sessionWatchdog', () =>
    config['monitoring.sessionWatchdog.enabled'] ? ticking.watchdog.status() : { runtime: 'off' },
  );
  guards.register('turnStall', () => onWhere(config['monitoring.turn.stallSeconds'] > 0));
  guards.register('resumeQueue', () => queueStatus(queue.state()));
  guards.register('hostLock', () => lockStatus(queue.state()));
  guards.register('drainer', () => drainerStatus(queue.state()));
  guards.register('changeLogPruning', ticking.tidying.status);
}

const OVERFLOW = { blind: true, reason: 'The spool was full, and hooks dropped events.' };

const onWhere = (on: boolean): GuardStatus => ({ runtime: on ? 'on' : 'off' });

type QueueState = ReturnType<Resume['state']>;

/** The lock is looked at in the first moments: that is no fault yet. */
const isStarting = ({ disabled }: QueueState) => disabled?.reason === 'starting';

function queueStatus(state: QueueState): GuardStatus {
  const { disabled, dryRun, lock } = state;
  const runtime = dryRun ? 'dry-run' : 'on';
  if (disabled === null) return { runtime };
  if (isStarting(state)) return { runtime, unverified: true, reason: 'The host lock is being looked at.' };
  const detail = lock.held ? '' : `: ${lock.detail}`;
  return { runtime: 'off', reason: `${disabled.reason}${detail}.`, hint: disabled.hint };
}

/** A lock that keeps this machine out does its work: what it keeps out is the queue, which tells of it. */
function lockStatus({ disabled, lock }: QueueState): GuardStatus {
  if (disabled?.reason === 'config-off') return { runtime: 'off' };
  return lock.held
    ? { runtime: 'on' }
    : { runtime: 'on', reason: 'It keeps the queue out: see resumeQueue.' };
}

/** One that may not run is asked for no tick: the queue tells why. In a dry run it ticks like any other day. */
function drainerStatus({ disabled, lastTickAt }: QueueState): GuardStatus {
  if (disabled?.reason === 'config-off') return { runtime: 'off' };
  if (disabled === null) return { runtime: 'on', lastTickAt };
  return { runtime: 'on', unverified: true, reason: 'It may not run: see resumeQueue.' };
}

function faultOr(reason: string | null, hint: string): GuardStatus {
  return reason === null ? { runtime: 'on' } : { runtime: 'on', blind: true, reason, hint };
}

/** In the form of a token, and of nobody's. */
const SAMPLE = `ghp_${'0123456789abcdefghijklmnopqrstuvwxyz'}`;

/** Proved with a sample each time that somebody looks. */
function masking(): GuardStatus {
  const reason = maskText(SAMPLE) === SAMPLE ? 'A sample secret was not masked.' : null;
  return faultOr(reason, 'Install Holdfast again, and report this.');
}
