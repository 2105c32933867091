import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openNotices } from '../../sidecar/guards/notices.ts';
import { attentionStore } from '../../sidecar/guards/store.ts';
import { openedRooms } from '../kit/opened-rooms.ts';

test('what is forgotten is in no notice any more, nor in what the change log says of it', async () => {
  const { post, get, store, folder } = openedRooms();
  const project = join(folder, 'project');
  mkdirSync(project);
  await post('/hook/SessionStart', { session_id: 'session-7', source: 'startup', cwd: project });
  const notices = openNotices({
    store,
    items: attentionStore(store),
    mask: (text) => text,
    now: () => new Date(),
  });
  const raise = (guard: string, why: string) =>
    notices.raise({ guard, kind: 'run', title: 't', why, hint: 'h' });
  raise('run.session-7', 'the migration of our customers');
  raise('run.a', `seen in ${project}, by its hook`);
  raise('run.b', `seen in ${project}-two`);
  raise('run.c', 'of session-7.');
  raise('run.d', 'of session-77.');

  expect((await post('/forget', { project })).status).toBe(200);
  expect(
    notices
      .list()
      .map(({ guard }) => guard)
      .sort(),
  ).toEqual(['run.b', 'run.d']);
  const { body } = await get<{ changes: { table: string; op: string; new: unknown }[] }>('/changes');
  const ofNotices = body.changes.filter(({ table }) => table === 'attention_items');
  expect(ofNotices.map(({ op }) => op).sort()).toEqual(['delete', 'delete', 'delete', 'insert', 'insert']);
  expect(JSON.stringify(body)).not.toContain('customers');
});
