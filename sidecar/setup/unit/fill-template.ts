import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../machine/index.ts';

/** A file of `templates/` with each `{name}` replaced, once: what a value holds is never read as a name. */
export function fillTemplate(
  template: string,
  values: Record<string, string>,
  written: (value: string) => string = (value) => value,
): string {
  const text = readFileSync(join(PACKAGE_ROOT, 'templates', template), 'utf8');
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : written(value);
  });
}
