import { describe, expect, test } from 'vitest';
import { maskSecrets } from '../../../sidecar/intake/redact/index.ts';
import { GITHUB, random } from './fake-secrets.ts';

const VALUE = random(24);

describe('maskSecrets', () => {
  test('masks the strings of an event, however deep, and leaves the event that came in', () => {
    const event = {
      tool_input: { command: `GH_TOKEN=${GITHUB} gh pr list`, timeout: 5 },
      tool_response: [{ stdout: 'ok' }, [`it is ${GITHUB}`]],
    };
    const before = structuredClone(event);
    expect(maskSecrets(event)).toEqual({
      tool_input: { command: 'GH_TOKEN=[masked:github-token] gh pr list', timeout: 5 },
      tool_response: [{ stdout: 'ok' }, ['it is [masked:github-token]']],
    });
    expect(event).toEqual(before);
  });

  test('gives back the same reference where nothing is masked, and for each part that holds nothing', () => {
    const clean = { a: [1, null, { b: 'text' }] };
    expect(maskSecrets(clean)).toBe(clean);
    const event = { clean, token: VALUE };
    expect(maskSecrets(event).clean).toBe(clean);
  });

  test.each([
    'password',
    'passwd',
    'secret',
    'token',
    'api_key',
    'apiKey',
    'API-KEY',
    'apikey',
    'private_key',
    'client_secret',
    'clientSecret',
    'access_token',
    'refreshToken',
    'x-auth-token',
    'PGPASSWORD',
    'password2',
    'awsSecretAccessKey',
    'connectionString',
    'authorization',
  ])('masks the string under %s', (key) => {
    expect(maskSecrets({ [key]: 'hunter two' })).toEqual({ [key]: '[masked:secret]' });
  });

  test.each([
    'token_count',
    'tokens',
    'max_tokens',
    'tokenizer',
    'author',
    'authorized',
    'secretary',
    'key',
    'primary_key',
    'publicKey',
    'pwd',
    'password_file',
    'tokenUrl',
    'passwordless',
    'monkey',
  ])('leaves the string under %s', (key) => {
    const value = { [key]: 'hunter two' };
    expect(maskSecrets(value)).toBe(value);
  });

  test.each(['', '$TOKEN', '<your-token>', 'string', '/run/secrets/db', '[masked:jwt]'])(
    'leaves %j under a key that names a secret',
    (value) => {
      const fields = { token: value };
      expect(maskSecrets(fields)).toBe(fields);
    },
  );

  test('keeps the scheme of a header, and what is no string', () => {
    expect(
      maskSecrets({ headers: { Authorization: `Bearer ${VALUE}` }, token: 5, secret: { a: true } }),
    ).toEqual({
      headers: { Authorization: 'Bearer [masked:bearer-token]' },
      token: 5,
      secret: { a: true },
    });
    expect(maskSecrets({ authorization: 'Basic YTpi' })).toEqual({ authorization: 'Basic [masked:secret]' });
  });

  test('masks keys, and loses no value where two come out the same', () => {
    const [one, two] = [`${GITHUB}a`, `${GITHUB}b`];
    expect(maskSecrets({ [one]: 1, [two]: 2, plain: 3 })).toEqual({
      '[masked:github-token]': 1,
      '[masked:github-token] 2': 2,
      plain: 3,
    });
  });

  test('never touches what an event is found by, and that at its top only', () => {
    const identity = Object.fromEntries(
      'session_id hook_event_name transcript_path cwd tool_use_id tool_name permission_mode agent_id agent_type prompt_id'
        .split(' ')
        .map((field) => [field, GITHUB]),
    );
    expect(maskSecrets(identity)).toBe(identity);
    expect(maskSecrets({ tool_input: { cwd: GITHUB } })).toEqual({
      tool_input: { cwd: '[masked:github-token]' },
    });
  });

  test('a key called __proto__ stays a key', () => {
    const event: unknown = JSON.parse(`{"__proto__": {"password": "${VALUE}"}, "constructor": "${GITHUB}"}`);
    const masked = maskSecrets(event);
    expect(JSON.stringify(masked)).toBe(
      '{"__proto__":{"password":"[masked:secret]"},"constructor":"[masked:github-token]"}',
    );
    expect(Object.getPrototypeOf(masked)).toBe(Object.prototype);
    expect(({} as { password?: string }).password).toBeUndefined();
  });

  test('drops what lies deeper than any event', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(20_000)}"${GITHUB}"${']'.repeat(20_000)}`);
    const masked = JSON.stringify(maskSecrets(deep));
    expect(masked).toContain('[masked:too-deep]');
    expect(masked).not.toContain(GITHUB);
  });
});
