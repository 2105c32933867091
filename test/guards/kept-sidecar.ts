import { writeFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import type { AttentionItem, GuardRow, Summary } from '../../sidecar/guards/index.ts';
import { ensureHome } from '../../sidecar/home/index.ts';
import { type RealSidecar, startRealSidecar } from '../kit/real-sidecar.ts';
import { temporaryHome } from '../kit/temporary-home.ts';

export type Posture = { guards: GuardRow[]; summary: Summary };
type Options = Parameters<typeof startRealSidecar>[1] & {
  before?: (home: ReturnType<typeof temporaryHome>['home']) => void;
};

/** A real sidecar that looks every second, gone with the test. */
export async function keptSidecar(config: object = {}, { before, ...options }: Options = {}) {
  const { home, remove } = temporaryHome();
  const write = (written: object) =>
    writeFileSync(home.config, JSON.stringify({ server: { port: 0 }, ...written }));
  ensureHome(home);
  write({ attention: { lookSeconds: 1 }, ...config });
  before?.(home);
  let running: RealSidecar | undefined = await startRealSidecar(home, options);
  onTestFinished(async () => {
    await running?.kill();
    remove();
  });
  const api = <T>(path: string, init?: RequestInit) =>
    (running as RealSidecar).api<T>(path, init).then(({ body }) => body);
  return {
    home,
    write,
    api,
    posture: () => api<Posture>('/guards'),
    guard: async (key: string) => {
      const row = (await api<Posture>('/guards')).guards.find((one) => one.key === key);
      if (!row) throw new Error(`no guard ${key}`);
      return row;
    },
    items: async (guard?: string) => {
      const { items } = await api<{ items: AttentionItem[] }>('/attention');
      return guard === undefined ? items : items.filter((item) => item.guard === guard);
    },
    restart: async () => {
      await running?.stop();
      running = undefined;
      running = await startRealSidecar(home, options);
    },
  };
}
