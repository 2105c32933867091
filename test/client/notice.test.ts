import { rmSync, writeFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { until } from '../kit/until.ts';
import { holdfastScene } from './holdfast-scene.ts';
import type { Turn } from './messages-api.ts';
import { requireClient } from './run-client.ts';

const SCRIPT: Turn[] = [[{ text: 'All is well.' }]];

beforeAll(requireClient);

it('a guard that is loud is told with the next session’s start: to the agent, to the person, and once', {
  timeout: 60_000,
}, async () => {
  const scene = holdfastScene({ config: { server: { port: 0 }, attention: { lookSeconds: 1 } } });
  await scene.done('init');
  const items = async () => JSON.parse(await scene.done('attention', '--json')).items;
  writeFileSync(scene.paths.overflow, ''); // As a hook leaves it that found no room.
  await until('the notice', async () => (await items()).length > 0);

  const first = await scene.session(SCRIPT);
  const second = await scene.session(SCRIPT);

  const asked = (api: typeof first.api) => JSON.stringify(api.requests);
  expect(asked(first.api)).toContain('Holdfast has a notice for the person at this machine');
  expect(asked(first.api)).toContain('spool is on, and does not protect');
  expect(asked(second.api)).not.toContain('Holdfast has');
  // The person's line is no part of what the model is asked.
  expect(asked(first.api)).not.toContain('(`holdfast attention`)');
  expect(JSON.stringify(first.end.events)).toContain('Holdfast has a notice (`holdfast attention`)');
  expect(JSON.stringify(second.end.events)).not.toContain('Holdfast has a notice');

  rmSync(scene.paths.overflow);
  await until('its end', async () => (await items())[0].status === 'closed');
});
