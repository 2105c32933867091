import { HoldfastError } from '../errors/index.ts';
import { callApi } from './api.ts';
import { confirmed } from './confirm.ts';
import type { Context } from './main.ts';
import { ago, plain } from './print.ts';
import { type Lock, QUEUE_PATH, type Queue } from './queue-shape.ts';
import { say } from './show-queue.ts';

/** `holdfast queue unlock`: ends the very lock that is shown, and no other one that came meanwhile. */
export async function run({ yes = false }: { yes?: boolean }, { home }: Context): Promise<number> {
  const { lock } = await callApi<Queue>(home, QUEUE_PATH);
  const { found } = lock;
  if (found === null) {
    console.log(`No lock lies there. ${plain(lock.detail)}`);
    return 0;
  }
  if (found.ours) {
    console.log('The lock is that of this very sidecar, which runs: `holdfast stop` gives it back.');
    return 1;
  }
  showLock(found, lock.detail);
  if (found.generation === null) {
    console.log('What lies there is no file that can be read: look at it, and remove it by hand.');
    return 1;
  }
  requireTerminal(yes);
  const question = 'Does nobody else use this home? Two queues on one home revive the same session twice.';
  if (!(await confirmed(`${question} End this lock?`, yes))) return 1;
  return tell(
    await callApi<Queue & { unlocked: boolean }>(home, `${QUEUE_PATH}/unlock`, {
      generation: found.generation,
    }),
  );
}

function showLock({ pid, hostname, machineId, heartbeatAt, understood }: Lock, detail: string): void {
  if (!understood) say('lock', 'its text is not understood');
  else say('lock', `process ${pid} on ${plain(hostname ?? 'an unknown host')}`);
  if (machineId !== null) say('machine', plain(machineId));
  if (heartbeatAt !== null) say('heartbeat', `${heartbeatAt} (${ago(heartbeatAt)})`);
  say('why', plain(detail));
}

/** This verb takes away what somebody else may rely on: it is not enough that nobody could be asked. */
function requireTerminal(yes: boolean): void {
  if (yes || (process.stdin.isTTY && process.stdout.isTTY)) return;
  throw new HoldfastError(
    'BAD_INPUT',
    'There is no terminal to ask on whether this lock is to be ended.',
    'Look at what is shown above; `holdfast queue unlock --yes` ends it.',
  );
}

function tell({ unlocked, enabled, disabledReason, hint }: Queue & { unlocked: boolean }): number {
  if (!unlocked) {
    console.log('The lock has changed since it was shown, and was left alone. Look again: `holdfast queue`.');
    return 1;
  }
  if (enabled) {
    console.log('The lock is ended, and the queue is on.');
    return 0;
  }
  console.log(`The lock is ended. The queue is still off: ${plain(disabledReason ?? '')}.`);
  if (hint) console.log(`→ ${plain(hint)}`);
  return 1;
}
