import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sourcesOf } from './sources.ts';

const SIDECAR = sourcesOf('sidecar');
const TESTS = sourcesOf('test');

describe('files', () => {
  test('of the sidecar have at most 400 lines, and half of them at most 120', () => {
    expect(SIDECAR.filter(({ lines }) => lines > 400).map(({ file }) => file)).toEqual([]);
    const sorted = SIDECAR.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(120);
  });

  test('of the tests have at most 300 lines', () => {
    expect(TESTS.filter(({ lines }) => lines > 300).map(({ file, lines }) => `${file}: ${lines}`)).toEqual(
      [],
    );
  });

  test('are named by what they do', () => {
    const vague = [...SIDECAR, ...TESTS]
      .map(({ file }) => file)
      // The verb is called that, and its file as the verb.
      .filter((file) => file !== 'sidecar/cli/service.ts')
      .filter((file) =>
        /(^|[-.])(utils?|helpers?|managers?|services?|handlers?|common|misc)([-.]|$)/.test(basename(file)),
      );
    expect(vague).toEqual([]);
  });

  test('are written in lower case, with dashes', () => {
    const odd = [...SIDECAR, ...TESTS]
      .map(({ file }) => file)
      .filter((file) => !/^[a-z0-9/-]+(\.[a-z0-9-]+)?(\.test)?\.tsx?$/.test(file));
    expect(odd).toEqual([]);
  });

  test.each(['Manager', 'Service', 'Handler', 'Helper', 'Util'])(
    'export nothing that is called a %s',
    (word) => {
      const named = SIDECAR.filter(({ text }) =>
        new RegExp(`export (?:async )?(?:function|const|class|type) \\w*${word}\\b`).test(text),
      );
      expect(named.map(({ file }) => file)).toEqual([]);
    },
  );

  test('hold no debugging and no promise to mend something later', () => {
    const left = SIDECAR.filter(({ text }) =>
      /\bdebugger\b|\bTODO\b|\bFIXME\b|\bXXX\b|throw new Error\('soon'\)/.test(text),
    );
    expect(left.map(({ file }) => file)).toEqual([]);
  });
});

describe('tests', () => {
  test('mock no module of ours', () => {
    const mocks = TESTS.filter(
      ({ text, file }) => /\bvi\.(mock|doMock)\(/.test(text) && !file.endsWith('files.test.ts'),
    );
    expect(mocks.map(({ file }) => file)).toEqual([]);
  });

  test('are all run: none is left alone with .only, none is skipped without a reason', () => {
    const alone = TESTS.filter(({ text }) => /\b(test|describe|it)\.only\b/.test(text));
    expect(alone.map(({ file }) => file)).toEqual([]);
    const skipped = TESTS.filter(({ text }) => /\b(test|describe|it)\.(skip|todo)\(/.test(text));
    expect(skipped.map(({ file }) => file)).toEqual([]);
  });
});
