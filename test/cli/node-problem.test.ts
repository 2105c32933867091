import { mkdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { nodeProblem } from '../../sidecar/cli/node-problem.ts';
import { holdfast, livelyHome } from '../kit/holdfast.ts';

describe('a Node that will not do', () => {
  const TABLE: [string, number, number, RegExp | null][] = [
    ['20.19.0', 9, 12, null],
    ['20.20.2', 9, 12, null],
    ['22.14.0', 10, 12, null],
    ['22.14.0', 10, 13, null],
    ['23.0.0', 9, 12, null],
    ['24.1.0', 10, 13, null],
    ['20.18.9', 9, 12, /Node 20\.18\.9 is too old/],
    ['18.20.0', 9, 12, /needs 20\.19, 22\.14 or newer/],
    ['21.7.0', 9, 12, /Node 21\.7\.0/],
    ['22.13.1', 9, 12, /Node 22\.13\.1/],
    ['16.0.0', 8, 13, /too old/],
    ['20.19.0', 9, 13, /better-sqlite3 13 does not work on Node 20\.19\.0/],
    ['23.0.0', 9, 13, /Install Holdfast again with this Node/],
    ['20.19.0', 0, 13, /better-sqlite3 13/],
  ];

  test.each(TABLE)('%s with Node-API %i and better-sqlite3 %i: %s', (node, napi, sqliteMajor, problem) => {
    const said = nodeProblem({ node, napi, sqliteMajor, folder: '/f', loadNative: () => {} });
    if (problem === null) expect(said).toBeNull();
    else expect(said).toMatch(problem);
  });

  test('a native part that is missing or of another Node is said with the command that mends it', () => {
    const facts = { node: '20.20.2', napi: 9, folder: '/opt/app' };
    const loadNative = () => {
      throw new Error('compiled against a different Node.js version');
    };
    expect(nodeProblem({ ...facts, sqliteMajor: 12, loadNative })).toMatch(
      /not built for Node 20\.20\.2: .* Run this in \/opt\/app: npm rebuild better-sqlite3$/,
    );
    // 13 brings it along: nothing is loaded to find out.
    expect(nodeProblem({ ...facts, napi: 10, sqliteMajor: 13, loadNative })).toBeNull();
  });

  test('this one will', () => {
    expect(nodeProblem()).toBeNull();
  });
});

describe('a real run on an older Node', () => {
  const older = 'Object.defineProperty(process,"versions",{value:{...process.versions,node:"18.2.0"}})';
  const preload = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(older)}` };

  test.each([['start'], ['status', '--json'], ['--help'], []])(
    '%j: a sentence, exit 1, and nothing else',
    async (...args) => {
      const home = livelyHome();
      const { code, stdout, stderr } = await holdfast(home, args, { env: preload });
      expect(code).toBe(1);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^holdfast: Node 18\.2\.0 is too old for Holdfast, .*\n$/);
      if (args[0] !== 'start') expect(() => readFileSync(home.notRunning)).toThrow('ENOENT');
      else
        expect(readFileSync(home.notRunning, 'utf8')).toMatch(
          /^Holdfast is not running: Node 18\.2\.0 [^\n]*\n$/,
        );
    },
  );

  test('with an empty HOLDFAST_HOME the note lies in the usual home, and nowhere else', async () => {
    const person = livelyHome();
    const { home, cwd } = usualHome(person.root);
    await holdfast(person, ['start'], { cwd, env: { ...preload, HOME: person.root, HOLDFAST_HOME: '' } });
    expect(readFileSync(`${home}/state/not-running`, 'utf8')).toContain('Node 18.2.0');
    expect(() => readFileSync(`${cwd}/state/not-running`)).toThrow('ENOENT');
  });
});

/** `~/.holdfast`, and a directory to stand in that has a `state` folder of its own. */
function usualHome(person: string) {
  const home = `${person}/.holdfast`;
  const cwd = `${person}/project`;
  for (const folder of [home, cwd]) mkdirSync(`${folder}/state`, { recursive: true });
  return { home, cwd };
}
