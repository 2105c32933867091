import { describe, expect, test } from 'vitest';
import { GUARDS } from '../../sidecar/guards/index.ts';
import { keysOf } from '../../sidecar/guards/manifest.ts';
import { CONFIG_KEYS } from '../../sidecar/home/index.ts';
import { HOOK_ENTRIES } from '../../sidecar/registration/index.ts';
import { type Source, sourcesOf } from '../house/sources.ts';
import { NOT_GUARDS, PARTS } from './parts.ts';

const TICKS = /\b(?:setInterval|setTimeout|watch)\(|from 'node:timers/;
const PROTECTS =
  /(?:^|[/-])(?:watchdog|locks?|mask|redact|prune|tidy|sweep|drain|stall|migrate|fence|leases|preflight|limit|refuse|ignored|calm)(?:[-.]|$)/;

/** What looks as if somebody counted on it: it ticks, or its name says that it protects. */
function suspects(sources: Source[]): string[] {
  return (
    sources
      .filter(({ file, text }) => TICKS.test(text) || PROTECTS.test(file.slice(file.lastIndexOf('/'))))
      .map(({ file }) => file)
      // Names of tools (`migrations` and the like), and verbs, which end when the person has their answer.
      .filter((file) => !/^sidecar\/(?:evidence|cli)\//.test(file))
  );
}

const SOURCES = sourcesOf('sidecar');
const known = [...Object.values(PARTS).flat(), ...Object.keys(NOT_GUARDS)];

describe('every part of the sources that ticks or protects', () => {
  test('is in the manifest, or in the list of those that are none, with a reason', () => {
    expect(suspects(SOURCES).filter((file) => !known.includes(file))).toEqual([]);
  });

  test('a new one would be found: by its timer, and by its name', () => {
    const source = { room: 'runs', lines: 1, imports: [] };
    const found = suspects([
      { ...source, file: 'sidecar/runs/often.ts', text: 'setInterval(look, 5);' },
      {
        ...source,
        file: 'sidecar/runs/once-more.ts',
        text: "import { setTimeout as sleep } from 'node:timers/promises';",
      },
      { ...source, file: 'sidecar/runs/spend-limit.ts', text: '' },
      { ...source, file: 'sidecar/runs/quiet.ts', text: 'const timeout = 1;' },
    ]);
    expect(found).toEqual([
      'sidecar/runs/often.ts',
      'sidecar/runs/once-more.ts',
      'sidecar/runs/spend-limit.ts',
    ]);
  });

  test('is still there: the lists name no file that is gone, and no guard that is not declared', () => {
    const files = SOURCES.map(({ file }) => file);
    expect(known.filter((file) => !files.includes(file))).toEqual([]);
    expect(Object.keys(PARTS).filter((key) => !GUARDS.some((guard) => guard.key === key))).toEqual([]);
  });
});

/** A switch that protects nothing, with the reason. */
const NO_GUARD: Record<string, string> = {};

describe('the manifest', () => {
  test('declares every event’s hook, and each key once', () => {
    const keys = GUARDS.map(({ key }) => key);
    expect(keys).toEqual(expect.arrayContaining(HOOK_ENTRIES.map(({ event }) => `hook.${event}`)));
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('says of each in a sentence what is lost without it', () => {
    for (const { key, description } of GUARDS) {
      expect(description, key).toMatch(/^(Without|While) .*[a-z]\.$/);
      expect(description, key).not.toContain('undefined');
    }
  });

  test('has a guard for every switch of the config', () => {
    const switches = CONFIG_KEYS.filter((entry) => typeof entry.default === 'boolean').map(({ key }) => key);
    const guarded: string[] = GUARDS.flatMap(keysOf);
    expect(switches.length).toBeGreaterThan(3);
    expect(switches.filter((key) => !guarded.includes(key) && !(key in NO_GUARD))).toEqual([]);
  });

  test('names keys of the config that exist', () => {
    const known: string[] = CONFIG_KEYS.map(({ key }) => key);
    expect(GUARDS.flatMap(keysOf).filter((key) => !known.includes(key))).toEqual([]);
  });
});
