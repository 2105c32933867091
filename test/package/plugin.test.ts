import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PACKAGE_ROOT } from '../../sidecar/machine/index.ts';
import { HOOK_ENTRIES } from '../../sidecar/registration/index.ts';
import { pluginFiles } from './plugin-files.ts';

const FILES = pluginFiles();
const FOLDER = join(PACKAGE_ROOT, 'templates', 'plugin');

/** `npm run plugin`: a change of the hooks or of the version goes into the plugin too. */
if (process.env.UPDATE_PLUGIN === '1') {
  rmSync(FOLDER, { recursive: true, force: true });
  for (const [name, text] of FILES) {
    const file = join(PACKAGE_ROOT, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode: name.endsWith('.sh') ? 0o755 : 0o644 });
  }
}

describe('the plugin', () => {
  test.each([...FILES.keys()])('%s is what `npm run plugin` makes', (name) => {
    const file = join(PACKAGE_ROOT, name);
    expect(existsSync(file) && readFileSync(file, 'utf8')).toBe(FILES.get(name));
    if (name.endsWith('.sh')) expect(statSync(file).mode & 0o111).toBe(0o111);
  });

  test('holds nothing else, and above all no package.json: the client would install there', () => {
    const present = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(PACKAGE_ROOT.length + 1));
    expect(present.sort()).toEqual([...FILES.keys()].filter((name) => name.startsWith('templates/')).sort());
  });

  test('registers what the settings do', () => {
    const { hooks } = JSON.parse(FILES.get('templates/plugin/hooks/hooks.json') ?? '');
    expect(Object.keys(hooks)).toEqual(HOOK_ENTRIES.map(({ event }) => event));
    for (const { event, script, timeoutSeconds } of HOOK_ENTRIES) {
      const command = `HOLDFAST_SOURCE=plugin "\${CLAUDE_PLUGIN_ROOT}"/hooks/${script} 2>/dev/null || :`;
      expect(hooks[event]).toEqual([{ hooks: [{ type: 'command', command, timeout: timeoutSeconds }] }]);
    }
  });
});
