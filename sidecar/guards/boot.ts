import type { Store } from '../store/index.ts';
import type { Guard } from './manifest.ts';
import type { Notices } from './notices.ts';
import { NOTIFY_GUARD } from './notify.ts';
import type { GuardRow } from './row.ts';
import type { AttentionStore } from './store.ts';

export type BootRooms = {
  manifest: readonly Guard[];
  store: Store;
  items: AttentionStore;
  notices: Notices;
  now: () => Date;
  notifies: boolean;
};

/** Compares what is on by its config now with what was at the last start. Notice and posture go together. */
export function compareWithLastStart(
  { manifest, store, items, notices, now, notifies }: BootRooms,
  rows: GuardRow[],
): void {
  store.write(() => {
    const before = items.posture();
    for (const row of rows) {
      const { key, configEnabled } = row;
      if (configEnabled) notices.close(key, 'turned-off');
      else if (before.get(key) === true && isFirstOfItsSwitch(key, manifest)) notices.raise(turnedOff(row));
      items.savePosture(key, configEnabled, now().toISOString());
    }
    closeForgotten(items, notices, rows);
    if (!notifies) notices.close(NOTIFY_GUARD, 'notify-failed');
  });
}

/** One switch may carry several guards: turned off it is one notice, of the first of them. */
function isFirstOfItsSwitch(key: string, manifest: readonly Guard[]): boolean {
  const configKey = manifest.find((guard) => guard.key === key)?.configKey;
  return manifest.find((guard) => guard.configKey === configKey)?.key === key;
}

/** Of a guard that this version does not have any more nobody could ever say that it is well again. */
function closeForgotten(items: AttentionStore, notices: Notices, rows: GuardRow[]): void {
  const known = new Set(rows.map(({ key }) => key));
  for (const { guard, kind } of items.live()) {
    if (OF_GUARDS.includes(kind) && !known.has(guard)) notices.close(guard, kind);
  }
}

const OF_GUARDS = ['loud', 'flapping', 'turned-off'];

function turnedOff({ key, runtimeReason, description, hint = '' }: GuardRow) {
  const why = `${runtimeReason ?? ''} At the last start it was on. ${description}`.trim();
  return { guard: key, kind: 'turned-off' as const, title: `${key} was switched off`, why, hint };
}
