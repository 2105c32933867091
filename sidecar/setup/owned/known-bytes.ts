import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../machine/index.ts';

/**
 * sha256 of every byte sequence that Holdfast ever shipped, by its path in the package. What has one of
 * these was written by us and by nobody else, whatever became of the records of that home.
 */
export type ShippedBytes = Record<string, readonly string[]>;

let shipped: ShippedBytes | undefined;

export function shippedBytes(): ShippedBytes {
  shipped ??= JSON.parse(
    readFileSync(join(PACKAGE_ROOT, 'migrations', 'shipped.json'), 'utf8'),
  ) as ShippedBytes;
  return shipped;
}

export function wasShipped(path: string, sha256: string): boolean {
  return shippedBytes()[path]?.includes(sha256) ?? false;
}
