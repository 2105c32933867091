import { existsSync } from 'node:fs';
import type { GuardStatus, Guards, HookLife, Ticking } from '../guards/index.ts';
import type { Config, HomePaths } from '../home/index.ts';
import { maskText } from '../intake/index.ts';
import { HOOK_ENTRIES } from '../registration/index.ts';
import { type Store, schemaFault } from '../store/index.ts';
import type { InstanceLock } from './instance-lock.ts';

export type Parts = {
  store: Store;
  home: HomePaths;
  config: Config;
  lock: Pick<InstanceLock, 'fault'>;
  hooks: HookLife;
  ticking: Record<'spool' | 'sweep' | 'watchdog' | 'tidying', Ticking>;
};

/** Every part of this sidecar says what it is. A part that the manifest declares and that is not here is missing. */
export function registerGuards(guards: Guards, { store, home, config, lock, hooks, ticking }: Parts): void {
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
  guards.register('migrator', () =>
    faultOr(
      ledgerFault(),
      'Restart the sidecar; if this stays, `holdfast start --recover` begins a new ledger.',
    ),
  );
  guards.register('actionClaim', () => onWhere(config['messaging.actionClaim.enabled']));
  guards.register('completionClaim', () => onWhere(config['messaging.completionClaim.enabled']));
  guards.register('commitmentSweep', ticking.sweep.status);
  guards.register('sessionWatchdog', () =>
    config['monitoring.sessionWatchdog.enabled'] ? ticking.watchdog.status() : { runtime: 'off' },
  );
  guards.register('turnStall', () => onWhere(config['monitoring.turn.stallSeconds'] > 0));
  guards.register('changeLogPruning', ticking.tidying.status);
}

const OVERFLOW = { blind: true, reason: 'The spool was full, and hooks dropped events.' };

const onWhere = (on: boolean): GuardStatus => ({ runtime: on ? 'on' : 'off' });

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
