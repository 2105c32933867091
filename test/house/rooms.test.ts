import { describe, expect, test } from 'vitest';
import { roomOf, sourcesOf } from './sources.ts';

const SOURCES = sourcesOf('sidecar');
const ROOMS = [...new Set(SOURCES.map(({ room }) => room))];

/** Which rooms a room imports. */
const KNOWS = new Map(
  ROOMS.map((room) => [
    room,
    [
      ...new Set(
        SOURCES.filter((source) => source.room === room).flatMap(({ imports }) =>
          imports.map(roomOf).filter((other) => other !== room),
        ),
      ),
    ],
  ]),
);

/** What house.md allows where it allows little. A room that is not here may know every face. */
const MAY_KNOW: Record<string, string[]> = {
  errors: [],
  machine: [],
  home: ['errors'],
  http: ['errors'],
  store: ['errors', 'home', 'machine', 'http'],
  sessions: ['errors', 'machine', 'http', 'store'],
  turns: ['errors', 'home', 'http', 'machine', 'store', 'sessions'],
  plans: ['errors', 'http', 'store'],
  unfinished: ['errors', 'sessions', 'plans', 'commitments'],
  runs: ['errors', 'home', 'http', 'machine', 'store', 'sessions', 'turns', 'commitments', 'plans'],
  resume: ['errors', 'home', 'http', 'machine', 'store', 'sessions', 'turns', 'runs', 'unfinished'],
  board: [
    'errors',
    'guards',
    'home',
    'http',
    'machine',
    'sessions',
    'commitments',
    'evidence',
    'plans',
    'runs',
    'turns',
  ],
  registration: ['machine'],
  guards: ['errors', 'home', 'http', 'machine', 'registration', 'store'],
  claims: [],
  audit: ['errors', 'home', 'machine', 'claims', 'evidence', 'commitments', 'sessions', 'store'],
  evidence: ['errors', 'http', 'store', 'claims'],
};

describe('rooms', () => {
  // routes.ts is a room's second face, for the server alone: it loads zod, which must not be loaded before
  // the sidecar listens, and never by a verb of the command line.
  test('import each other by their faces alone', () => {
    const past = SOURCES.flatMap(({ file, room, imports }) =>
      imports
        .filter(
          (path) =>
            path.startsWith('sidecar/') && roomOf(path) !== room && !/^sidecar\/\w+\/index\.ts$/.test(path),
        )
        .filter((path) => !(file === 'sidecar/server/rooms.ts' && /^sidecar\/\w+\/routes\.ts$/.test(path)))
        .map((path) => `${file} → ${path}`),
    );
    expect(past).toEqual([]);
  });

  test('import nothing of this package outside sidecar/', () => {
    const outside = SOURCES.flatMap(({ file, imports }) =>
      imports.filter((path) => !path.startsWith('sidecar/')).map((path) => `${file} → ${path}`),
    );
    expect(outside).toEqual([]);
  });

  test('do not go round in circles', () => {
    expect(ROOMS.flatMap((room) => circleFrom(room, [room]))).toEqual([]);
  });

  test.each(Object.entries(MAY_KNOW).filter(([room]) => ROOMS.includes(room)))(
    '%s knows at most %j',
    (room, allowed) => {
      expect((KNOWS.get(room) ?? []).filter((other) => !allowed.includes(other))).toEqual([]);
    },
  );

  test('the errors have no import that could load anything', () => {
    const errors = SOURCES.filter(({ room }) => room === 'errors');
    expect(errors.flatMap(({ imports }) => imports).filter((path) => roomOf(path) !== 'errors')).toEqual([]);
  });
});

function circleFrom(room: string, path: string[]): string[] {
  return (KNOWS.get(room) ?? []).flatMap((next) => {
    if (next === path[0]) return [[...path, next].join(' → ')];
    return path.includes(next) ? [] : circleFrom(next, [...path, next]);
  });
}

describe('the graph that these tests look at', () => {
  test('sees imports of every form', () => {
    const edges = SOURCES.flatMap(({ file, imports }) => imports.map((path) => `${file} → ${path}`));
    expect(edges).toContain('sidecar/home/config.ts → sidecar/errors/index.ts');
    expect(edges).toContain('sidecar/home/config.ts → sidecar/home/config-keys.ts');
    expect(edges).toContain('sidecar/server/serve.ts → sidecar/server/rooms.ts'); // import()
    expect(edges).toContain('sidecar/home/endpoint.ts → sidecar/home/paths.ts'); // import type
  });
});
