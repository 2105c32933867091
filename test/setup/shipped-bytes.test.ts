import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PACKAGE_ROOT } from '../../sidecar/machine/index.ts';
import { sha256 } from '../../sidecar/setup/installs.ts';
import { type ShippedBytes, wasShipped } from '../../sidecar/setup/owned/known-bytes.ts';

const LIST = join(PACKAGE_ROOT, 'migrations', 'shipped.json');
const ADD = 'UPDATE_SHIPPED=1 npx vitest run test/setup/shipped-bytes.test.ts';

/** Whatever is copied into other people's folders as it is. */
const SHIPPED = [
  ...readdirSync(join(PACKAGE_ROOT, 'hooks')).map((name) => `hooks/${name}`),
  'templates/claude-md-block.md',
].sort();

const hashOf = (path: string) => sha256(readFileSync(join(PACKAGE_ROOT, path)));

describe('the list of all bytes that were ever shipped', () => {
  if (process.env.UPDATE_SHIPPED === '1') {
    const list = JSON.parse(readFileSync(LIST, 'utf8')) as Record<string, string[]>;
    for (const path of SHIPPED) list[path] = [...new Set([...(list[path] ?? []), hashOf(path)])];
    const sorted = Object.fromEntries(Object.entries(list).sort(([a], [b]) => (a < b ? -1 : 1)));
    writeFileSync(LIST, `${JSON.stringify(sorted, null, 2)}\n`);
  }

  test.each(SHIPPED)('has %s as it is now', (path) => {
    const list = JSON.parse(readFileSync(LIST, 'utf8')) as ShippedBytes;
    expect(list[path] ?? [], `add it: ${ADD}`).toContain(hashOf(path));
  });

  test('knows nothing else', () => {
    expect(wasShipped('hooks/stop.sh', sha256('# mine\n'))).toBe(false);
    expect(wasShipped('hooks/mine.sh', hashOf('hooks/stop.sh'))).toBe(false);
  });
});
