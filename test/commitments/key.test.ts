import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { claimKey, normaliseObject } from '../../sidecar/commitments/key.ts';

describe('the key of a promise', () => {
  test('is the prefix and 16 hex digits of what it is about', () => {
    const digest = createHash('sha256').update('/code/app|push|auth branch').digest('hex');
    expect(claimKey('/code/app', 'push', 'The auth branches')).toBe(`actionclaim:${digest.slice(0, 16)}`);
  });

  test('without an object is that of topic and verb alone', () => {
    const digest = createHash('sha256').update('7|push|').digest('hex');
    expect(claimKey('7', 'push', '')).toBe(`actionclaim:${digest.slice(0, 16)}`);
  });

  test('tells topics, verbs and objects apart', () => {
    const keys = [
      claimKey('a', 'push', 'branch'),
      claimKey('b', 'push', 'branch'),
      claimKey('a', 'merge', 'branch'),
      claimKey('a', 'push', 'tag'),
      claimKey('a', 'push', ''),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('an object is compared', () => {
  test.each([
    ['The auth branches', 'auth branch'],
    ['  the   Auth  Branch ', 'auth branch'],
    ['`src/cart.ts`', 'src/cart.ts'],
    ['"release notes"', 'release note'],
    ['“release notes”', 'release note'],
    ['your tests', 'test'],
    ['the', 'the'], // Nothing else is left of it.
    ['', ''],
    ['``', ''],
    ['v1.2.0s', 'v1.2.0s'],
    ['feature/aliases', 'feature/aliases'],
    ['the branches of auth', 'branches of auth'],
    ['ветки', 'ветки'],
    ['分支', '分支'],
  ])('%j as %j', (object, normal) => {
    expect(normaliseObject(object)).toBe(normal);
  });

  test.each(
    `api apis, cli clis, menu menus, gpu gpus, emoji emojis, cookie cookies, movie movies, query queries, key keys,
     cache caches, class classes, index indexes, box boxes, database databases, release releases, search searches,
     fix fixes, image images, status statuses, process processes, response responses, bus buses, virus viruses,
     analysis analyses, quiz quizzes, hero heroes, canvas canvases, child children, dependency dependencies, ui uis,
     repo repos, size sizes, tie ties`
      .split(',')
      .map((pair) => pair.trim().split(' ')),
  )('%s and %s alike', (one = '', many = '') => {
    expect(normaliseObject(many)).toBe(normaliseObject(one));
  });

  test.each(['redis', 'analysis', 'css', 'status', 'kubernetes', 'access', 'canvas', 'this', 'axis', 'news'])(
    '%s as it is, which is no plural',
    (word) => {
      expect(normaliseObject(word)).toBe(word);
    },
  );
});
