import { writeFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { type Guard, type GuardStatus, type GuardsOptions, openGuards } from '../../sidecar/guards/index.ts';
import { type Config, readConfig } from '../../sidecar/home/index.ts';
import { openedStore } from '../kit/opened-store.ts';

/** Parts with a state that the test sets, and a clock that it moves. */
export const MANIFEST: readonly Guard[] = [
  { key: 'quiet', description: 'Without it nothing is quiet.' },
  { key: 'critical', description: 'Without it nothing goes.', criticalPath: true },
  { key: 'ticker', description: 'Without it nothing ticks.', cadenceMs: () => 1_000 },
  {
    key: 'switched',
    description: 'Without it promises are not heard.',
    configKey: 'messaging.actionClaim.enabled',
    alsoKeys: ['messaging.actionClaim.perTopicCap'],
  },
];

export type Part = GuardStatus | Error | null;

export function openedGuards(
  given: Partial<Omit<GuardsOptions, 'config'>> & { config?: Partial<Config>; written?: object } = {},
) {
  const opened = openedStore();
  const { home, store } = opened;
  const configFile = home.config;
  const write = (config: object | string) =>
    writeFileSync(configFile, typeof config === 'string' ? config : JSON.stringify(config));
  write(given.written ?? {});
  const at = { now: Date.parse('2026-03-01T12:00:00.000Z'), steady: 0 };
  const clock = { now: () => at.now, steady: () => at.steady };
  const parts = new Map<string, Part>();
  const warnings: { what: string; facts: Record<string, unknown> }[] = [];
  const closing = new AbortController();
  onTestFinished(() => closing.abort());

  function open(more: Partial<GuardsOptions> = {}) {
    const { written: _, config, ...options } = given;
    const common = { store, configFile, clock, closing: closing.signal };
    const warn = (what: string, facts: Record<string, unknown>) => warnings.push({ what, facts });
    return guardsOver(
      { ...common, warn, config: { ...readConfig(configFile), ...config }, ...options, ...more },
      parts,
    );
  }

  return {
    ...opened,
    open,
    /** Null: it does not register with the next one that is opened. */
    set: (key: string, part: Part) => parts.set(key, part),
    write,
    warnings,
    later: (ms: number, { asleep = false } = {}) => {
      at.now += ms;
      if (!asleep) at.steady += ms;
    },
    clock: at,
    closing,
  };
}

export const OFF = { runtime: 'off', reason: 'somebody holds it', hint: 'ask them' } as const;
export const ON = { runtime: 'on' } as const;

/** The room over an open ledger, with the parts of the manifest as `parts` says at each look. */
export function guardsOver(
  given: Pick<GuardsOptions, 'store' | 'configFile'> & Partial<GuardsOptions>,
  parts: Map<string, Part>,
) {
  const guards = openGuards({
    config: readConfig(given.configFile),
    manifest: MANIFEST,
    closing: new AbortController().signal,
    mask: (text) => text.replaceAll('hunter2', '***'),
    run: async () => ({ code: 0, timedOut: false, output: '' }),
    warn: () => {},
    ...given,
  });
  for (const { key } of given.manifest ?? MANIFEST) {
    if (parts.get(key) === null || key === 'config') continue;
    guards.register(key, () => {
      const part = parts.get(key) ?? ON;
      if (part instanceof Error) throw part;
      return part;
    });
  }
  return guards;
}
