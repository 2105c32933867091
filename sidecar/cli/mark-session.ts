import { callApi } from './api.ts';
import type { Context } from './main.ts';
import { plain } from './print.ts';

/** `holdfast sessions autonomous ID` */
export async function run({ id, off = false }: { id: string; off?: boolean }, { home }: Context) {
  const path = `/sessions/${encodeURIComponent(id)}/autonomous`;
  const { autonomous } = await callApi<{ autonomous: boolean }>(home, path, { autonomous: !off });
  const name = `Session ${plain(id)}`;
  if (!off)
    console.log(
      `${name} is marked: when it dies in mid-work it is on \`holdfast queue\`, and may be revived.`,
    );
  else if (autonomous) console.log(`${name} has no mark of its own. It is a run's, and runs need none.`);
  else console.log(`${name} is not marked any more: it is not revived.`);
  return 0;
}
