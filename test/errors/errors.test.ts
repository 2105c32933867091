import { describe, expect, test } from 'vitest';
import {
  CODES,
  type ErrorCode,
  errorEnvelope,
  HoldfastError,
  messageOf,
  systemCode,
} from '../../sidecar/errors/index.ts';

const ALL = Object.keys(CODES) as ErrorCode[];

describe('the table of codes', () => {
  test.each(ALL)('%s is in SCREAMING_SNAKE and has a failing HTTP status', (code) => {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect(CODES[code].status).toBeGreaterThanOrEqual(400);
    expect(CODES[code].status).toBeLessThan(600);
  });

  // Promises to users: a status that changes breaks programs that other people wrote.
  test.each([
    ['BAD_INPUT', 400],
    ['UNAUTHORIZED', 401],
    ['FORBIDDEN_HOST', 403],
    ['FORBIDDEN_ORIGIN', 403],
    ['NOT_FOUND', 404],
    ['PAYLOAD_TOO_LARGE', 413],
    ['STORAGE_FULL', 507],
  ] as const)('%s is %i', (code, status) => {
    expect(CODES[code].status).toBe(status);
  });
});

describe('an error', () => {
  test('has what its code says, and is thrown with its cause', () => {
    const cause = new Error('below');
    const error = new HoldfastError('STORAGE_FULL', 'The disk is full.', 'Make room.', { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'HoldfastError',
      status: 507,
      retryable: true,
      cause,
      hint: 'Make room.',
    });
  });

  test('goes out with code, message and hint, and details only where there are some', () => {
    const plain = new HoldfastError('NOT_FOUND', 'There is no x.', 'Look elsewhere.', {
      cause: new Error('secret'),
    });
    expect(errorEnvelope(plain)).toEqual({
      error: { code: 'NOT_FOUND', message: 'There is no x.', hint: 'Look elsewhere.' },
    });
    const detailed = new HoldfastError('BAD_INPUT', 'a: wrong.', 'Mend a.', { details: { field: 'a' } });
    expect(errorEnvelope(detailed).error.details).toEqual({ field: 'a' });
  });
});

test.each([
  [new Error('said'), 'said'],
  ['said', 'said'],
  [7, '7'],
  [null, 'null'],
  [undefined, 'undefined'],
])('the message of anything that was thrown: %s', (thrown, message) => {
  expect(messageOf(thrown)).toBe(message);
});

test.each([
  [Object.assign(new Error('x'), { code: 'ENOENT' }), 'ENOENT'],
  [{ code: 'SQLITE_FULL' }, 'SQLITE_FULL'],
  [{ code: 7 }, undefined],
  [new Error('x'), undefined],
  ['ENOENT', undefined],
  [null, undefined],
  [undefined, undefined],
])('the system code of anything that was thrown: %j', (thrown, code) => {
  expect(systemCode(thrown)).toBe(code);
});
