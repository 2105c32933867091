import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { HomePaths } from '../../sidecar/home/index.ts';
import { git, repository } from '../kit/git.ts';
import { callApi, type RealSidecar, startRealSidecar } from '../kit/real-sidecar.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { FAKE_CLAUDE, plays } from './runs-kit.ts';

export type Answered = {
  status: number;
  body: Record<string, unknown> & { error?: { code: string; hint: string } };
};

export type RealRuns = {
  home: HomePaths;
  folder: string;
  project: string;
  start: (options?: { env?: Record<string, string>; preload?: string }) => Promise<RealSidecar>;
  post: (path: string, body?: unknown) => Promise<Answered>;
  get: <T = Record<string, unknown>>(path: string) => Promise<T>;
  /** Everything that a refused run could have left. */
  traces: () => Promise<unknown>;
};

/** A home and a project for a real sidecar that drives the fake client. Whatever is left at the end is ended. */
export function realRuns(lines: string[], config: Record<string, unknown> = {}): RealRuns {
  const { home, folder, remove } = temporaryHome();
  const project = join(folder, 'project');
  const bin = join(folder, 'bin');
  let sidecar: RealSidecar | undefined;
  repository(project);
  mkdirSync(bin);
  symlinkSync(FAKE_CLAUDE, join(bin, 'claude'));
  writeFileSync(home.config, JSON.stringify({ server: { port: 0 }, ...config }));
  const env = { ...plays(folder, lines), PATH: `${bin}:${process.env.PATH}` };
  onTestFinished(async () => {
    const { runs } = sidecar
      ? await get<{ runs: { id: string; state: string }[] }>('/runs?limit=200').catch(() => ({ runs: [] }))
      : { runs: [] };
    for (const { id, state } of runs)
      if (!['completed', 'failed', 'killed'].includes(state)) await post(`/runs/${id}/rollback`);
    await sidecar?.stop();
    remove();
  });

  async function post(path: string, body: unknown = {}): Promise<Answered> {
    const { status, body: answer } = await callApi<Answered['body']>(home, path, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    return { status, body: answer };
  }

  async function get<T>(path: string): Promise<T> {
    return (await callApi<T>(home, path)).body;
  }

  return {
    home,
    folder,
    project,
    start: async (options = {}) => {
      sidecar = await startRealSidecar(home, { ...options, env: { ...env, ...options.env } });
      return sidecar;
    },
    post,
    get,
    traces: async () => ({
      runs: await get('/runs'),
      changes: await get('/changes?limit=1000'),
      worktrees: git(project, 'worktree', 'list'),
      refs: git(project, 'for-each-ref'),
      home: readdirSync(home.root).filter((name) => !name.startsWith('holdfast.db') && name !== 'logs'),
      made: namesIn(home.worktrees),
    }),
  };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // Not made yet, and that is as good.
  }
}
