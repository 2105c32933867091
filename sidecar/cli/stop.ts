import { bringDown } from './bring-up.ts';
import type { Context } from './main.ts';

export async function run({ hold = false }: { hold?: boolean }, context: Context): Promise<number> {
  const stop = await bringDown(context, { hold });
  if (stop.how === 'not-running') console.log('Nothing was running.');
  if (stop.how === 'stopped') console.log(`Stopped: process ${stop.pid} finished what it had and left.`);
  if (stop.how === 'killed') {
    console.log(
      `Process ${stop.pid} did not answer and was ended. What it had acknowledged is in the ledger.`,
    );
  }
  console.log(
    hold
      ? 'It stays down until `holdfast start`.'
      : 'The next Claude Code session starts it again (--hold keeps it down).',
  );
  return 0;
}
