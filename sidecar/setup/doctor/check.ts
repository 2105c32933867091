import { HoldfastError, messageOf } from '../../errors/index.ts';

/** One thing that was looked at: what was seen, and where it is wrong what to do. */
export type Check = { name: string; ok: boolean; detail: string; hint?: string; diff?: string };

export function good(name: string, detail: string): Check {
  return { name, ok: true, detail };
}

export function bad(name: string, detail: string, hint: string): Check {
  return { name, ok: false, detail, hint };
}

/** A check that throws is a finding, and hides no other. */
export async function attemptCheck(name: string, look: () => Check[] | Promise<Check[]>): Promise<Check[]> {
  try {
    return await look();
  } catch (error) {
    const hint = error instanceof HoldfastError ? error.hint : 'Please report it, with the message.';
    return [bad(name, messageOf(error), hint)];
  }
}
