import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import { describe, expect, test } from 'vitest';
import { HOOK_ENTRIES, hookGroup } from '../../sidecar/setup/index.ts';
import { sha256 } from '../../sidecar/setup/installs.ts';
import { upgrade } from './migrate/upgrade.ts';
import { STYLES } from './settings-styles.ts';
import { makeWorld, treeOf, writeSettings } from './world.ts';

const read = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : null);
const bodyOf = (text: string | null) => (text ?? '').replace(/^\uFEFF/, '');
const settingsIn = (text: string | null) => JSON.parse(bodyOf(text).trim() === '' ? '{}' : bodyOf(text));

test('the table is as long as it promises', () => {
  expect(Object.keys(STYLES).length).toBeGreaterThanOrEqual(60);
});

describe.each(Object.entries(STYLES))('settings: %s', (_name, before) => {
  function world() {
    const made = makeWorld();
    if (before !== null) writeSettings(made.settings, before);
    return { ...made, atFirst: treeOf(made.project) };
  }

  test('init adds our entries, and the rest stays byte for byte', () => {
    const { init, settings } = world();
    const report = init();
    expect(report).toMatchObject({ ok: true, changed: true });

    const after = read(settings);
    expect(settingsIn(after)).toEqual(withOurs(settingsIn(before)));
    expect(Object.keys(settingsIn(after)).filter((key) => key !== 'hooks')).toEqual(
      Object.keys(settingsIn(before)).filter((key) => key !== 'hooks'),
    );
    expect(isSubsequence(before?.trim() ?? '', after ?? '')).toBe(true);
    if (settingsIn(before).hooks !== undefined) expect(outsideHooks(after)).toBe(outsideHooks(before));
    if (before?.includes('\r\n') && !/[^\r]\n/.test(before)) {
      expect(after).not.toMatch(/[^\r]\n/);
    }
  });

  test('a second init changes no byte', () => {
    const { init, root } = world();
    init();
    const once = treeOf(root);
    expect(init()).toMatchObject({ ok: true, changed: false, diff: '' });
    expect(treeOf(root)).toEqual(once);
  });

  test('uninstall gives every byte back', () => {
    const { init, uninstall, project, atFirst } = world();
    init();
    init();
    expect(uninstall()).toMatchObject({ ok: true, changed: true, othersUse: 0 });
    expect(treeOf(project)).toEqual(atFirst);
    expect(uninstall()).toMatchObject({ ok: true, changed: false });
    expect(treeOf(project)).toEqual(atFirst);
  });

  test('upgraded from what an older version wrote, twice, uninstall gives every byte back', async () => {
    const made = world();
    const { init, uninstall, settings, project, home, atFirst } = made;
    init();
    const wanted = read(settings) ?? '';
    const older = wanted.replaceAll(/("timeout" ?: ?)10\b/g, (_, key) => `${key}7`);
    writeSettings(settings, older);
    const installs = JSON.parse(readFileSync(home.installs, 'utf8'));
    installs[0].afterSha256 = sha256(older);
    writeFileSync(home.installs, JSON.stringify(installs));
    expect(await upgrade(made)).toMatchObject({ ok: true, changed: older !== wanted });
    expect(read(settings)).toBe(wanted);
    const once = treeOf(project);
    expect(await upgrade(made, { byHand: true })).toMatchObject({ ok: true, changed: false });
    expect(treeOf(project)).toEqual(once);
    uninstall();
    expect(treeOf(project)).toEqual(atFirst);
  });

  test('init, uninstall, init, uninstall', () => {
    const { init, uninstall, settings, project, atFirst } = world();
    init();
    const registered = read(settings);
    uninstall();
    init();
    expect(read(settings)).toBe(registered);
    uninstall();
    expect(treeOf(project)).toEqual(atFirst);
  });

  test('with an edit by somebody else in between, just our entries go', () => {
    const { init, uninstall, settings } = world();
    init();
    const edit = (text: string) => text.replace('{', '{"foreign": [1, 2],');
    writeSettings(settings, edit(read(settings) ?? ''));
    expect(uninstall()).toMatchObject({ ok: true, changed: true });

    const rest = read(settings);
    expect(settingsIn(rest)).toEqual({ foreign: [1, 2], ...settingsIn(before) });
    const hadChildren = Object.keys(settingsIn(before)).length > 0;
    const hasOpenEmpties = /[[{]\s+[\]}]/.test(before ?? '');
    if (hadChildren && !hasOpenEmpties) expect(rest).toBe(edit(before ?? ''));
  });
});

function withOurs(value: Record<string, unknown>) {
  const hooks = { ...(value.hooks as Record<string, unknown[]> | undefined) };
  for (const entry of HOOK_ENTRIES) hooks[entry.event] = [...(hooks[entry.event] ?? []), hookGroup(entry)];
  return { ...value, hooks };
}

function outsideHooks(text: string | null): string {
  const body = bodyOf(text);
  const node = findNodeAtLocation(parseTree(body) ?? { type: 'null', offset: 0, length: 0 }, ['hooks']);
  if (!node) throw new Error('no hooks');
  return `${body.slice(0, node.offset)}…${body.slice(node.offset + node.length)}`;
}

function isSubsequence(small: string, large: string): boolean {
  let position = 0;
  for (let i = 0; i < large.length && position < small.length; i++)
    if (large[i] === small[position]) position++;
  return position === small.length;
}
