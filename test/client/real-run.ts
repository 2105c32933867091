import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { callApi } from '../kit/real-sidecar.ts';
import { until } from '../kit/until.ts';
import type { Scene } from './holdfast-scene.ts';
import { type MessagesApi, type Turn as Said, startMessagesApi } from './messages-api.ts';
import { CLIENT, clientEnvironment } from './run-client.ts';

export type Run = { id: string; state: string; reason: string | null; sessionId: string; turns: number };

/** A sidecar whose client talks to a script: what the client needs stands in a program around it. */
export async function prepared(
  scene: Scene,
  script: Said[],
  { monitoring = {}, runs = {} }: { monitoring?: object; runs?: object } = {},
): Promise<MessagesApi> {
  const api = await startMessagesApi(script);
  onTestFinished(api.close);
  const claudePath = join(scene.folder, 'claude');
  const { PATH: _, HOME: __, ...environment } = clientEnvironment({ home: scene.home, apiUrl: api.url });
  const exported = Object.entries(environment).map(([name, value]) => `export ${name}='${value}'`);
  writeFileSync(claudePath, `#!/bin/sh\n${exported.join('\n')}\nexec '${CLIENT}' "$@"\n`, { mode: 0o755 });
  scene.configure({
    server: { port: 0 },
    messaging: { actionClaim: { enabled: true } },
    monitoring: { sessionWatchdog: { intervalSeconds: 1 }, ...monitoring },
    runs: { claudePath, permissionMode: 'bypassPermissions', ...runs },
  });
  await scene.done('start');
  return api;
}

export async function begin(scene: Scene, ...args: string[]): Promise<Run> {
  return JSON.parse(await scene.done('run', 'Make it work.', ...args, '--json'));
}

export function reach(scene: Scene, id: string, state: string, limitMs = 60_000): Promise<Run> {
  return until(
    `the run to be ${state}`,
    async () => {
      const run = await get<Run>(scene, `/runs/${id}`);
      return run.state === state && run;
    },
    limitMs,
  );
}

export async function get<T>(scene: Scene, path: string): Promise<T> {
  return (await callApi<T>(scene.paths, path)).body;
}
