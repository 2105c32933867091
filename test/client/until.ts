import { setTimeout as pause } from 'node:timers/promises';

/** Waits for a value that another process brings about; what is waited for is named when it does not come. */
export async function until<Value>(
  what: string,
  look: () => Value | undefined | false | Promise<Value | undefined | false>,
  limitMs = 20_000,
): Promise<Value> {
  const deadline = performance.now() + limitMs;
  while (performance.now() < deadline) {
    const value = await look();
    if (value !== undefined && value !== false) return value;
    await pause(20);
  }
  throw new Error(`Waited ${limitMs} ms for ${what}, in vain.`);
}
