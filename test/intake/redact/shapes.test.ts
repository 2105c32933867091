import { describe, expect, test } from 'vitest';
import { maskText } from '../../../sidecar/intake/redact/index.ts';
import { fake, GITHUB, JWT, PEM_BEGIN, PEM_END, PEM_LINES, random, SHAPED } from './fake-secrets.ts';

const WHOLE_KEY = [PEM_BEGIN, ...PEM_LINES, PEM_END];
const CUT_KEY = [PEM_BEGIN, ...PEM_LINES.slice(0, 2)];

describe('a secret that its shape gives away', () => {
  test.each(SHAPED)('%s, wherever it stands', (name, secret) => {
    const masked = `[masked:${name}]`;
    expect(maskText(secret)).toBe(masked);
    expect(maskText(`it is ${secret}, keep it`)).toBe(`it is ${masked}, keep it`);
    expect(maskText(`fetch("${secret}")`)).toBe(`fetch("${masked}")`);
    expect(maskText(`a\n${secret}\nb`)).toBe(`a\n${masked}\nb`);
  });

  test('every one of several', () => {
    expect(maskText(`${GITHUB} ${JWT} ${GITHUB}`)).toBe(
      '[masked:github-token] [masked:jwt] [masked:github-token]',
    );
  });

  test('the shape names it, where a key stands in front too', () => {
    expect(maskText(`export GH_TOKEN=${GITHUB}`)).toBe('export GH_TOKEN=[masked:github-token]');
  });

  test('a Slack webhook keeps its host', () => {
    const path = fake('T0AB1CD2E/', 'B0AB1CD2E/', random(24));
    expect(maskText(`https://hooks.slack.com/services/${path}`)).toBe(
      'https://hooks.slack.com/services/[masked:slack-webhook]',
    );
  });

  test('an Azure connection string keeps its account', () => {
    const text = `DefaultEndpointsProtocol=https;AccountName=box;AccountKey=${random(86)}==;EndpointSuffix=core`;
    expect(maskText(text)).toBe(
      'DefaultEndpointsProtocol=https;AccountName=box;AccountKey=[masked:azure-account-key];EndpointSuffix=core',
    );
  });
});

describe('a private key', () => {
  test.each([
    ['whole', WHOLE_KEY.join('\n'), ''],
    ['with Windows line ends', WHOLE_KEY.join('\r\n'), ''],
    ['with \\n written out', WHOLE_KEY.join('\\n'), ''],
    ['with \\\\n written out', WHOLE_KEY.join('\\\\n'), ''],
    ['numbered by the Read tool', WHOLE_KEY.join('\n     2→'), ''],
    ['in one line with spaces', WHOLE_KEY.join(' '), ''],
    [
      'encrypted, with headers',
      [PEM_BEGIN, 'Proc-Type: 4,ENCRYPTED', '', ...PEM_LINES, PEM_END].join('\n'),
      '',
    ],
    ['cut off', CUT_KEY.join('\n'), ''],
    ['cut off, \\n written out', CUT_KEY.join('\\n'), ''],
    ['cut off, numbered', CUT_KEY.join('\n    12→'), ''],
    ['cut off before prose', CUT_KEY.join('\n'), '\nThis was the first half.'],
    ['cut off in a JSON text', CUT_KEY.join('\\n'), '", "next": 1}'],
  ])('%s', (_, key, rest) => {
    expect(maskText(`ssh ${key}${rest}`)).toBe(`ssh [masked:private-key]${rest}`);
  });

  test('across the place where a long text is cut in pieces', () => {
    const prose = 'a line of prose\n'.repeat(62_490);
    expect(maskText(`${prose}${WHOLE_KEY.join('\n')}\n${prose}`)).toBe(
      `${prose}[masked:private-key]\n${prose}`,
    );
  });

  test('its first line alone, and a public one, are no secret', () => {
    for (const text of [
      `text.includes('${PEM_BEGIN}')`,
      '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
      '-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----',
    ]) {
      expect(maskText(text)).toBe(text);
    }
  });
});

describe('a password in a URL', () => {
  test.each([
    ['postgres://app:hunter2@db:5432/x', 'postgres://app:[masked:url-password]@db:5432/x'],
    ['postgresql+psycopg2://app:p%40ss@db', 'postgresql+psycopg2://app:[masked:url-password]@db'],
    ['redis://:s3cret@cache:6379/0', 'redis://:[masked:url-password]@cache:6379/0'],
    ['mongodb://u:p@ss@host/db', 'mongodb://u:[masked:url-password]@host/db'],
    [
      'git clone https://me:pw1@git.example/x.git',
      'git clone https://me:[masked:url-password]@git.example/x.git',
    ],
    [
      'DATABASE_URL="mysql://root:toor@localhost"',
      'DATABASE_URL="mysql://root:[masked:url-password]@localhost"',
    ],
  ])('%s', (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });

  test.each([
    'http://localhost:3000/users/@me',
    'http://localhost:8080?mail=a@b.example',
    'ssh://git@github.com:22/x.git',
    'postgres://app:$PGPASSWORD@db/x',
    `postgres://app:\${PASSWORD}@db/x`,
    'https://registry:443/@scope/name',
    'see https://a.example: write to me@b.example',
  ])('%s is left', (text) => {
    expect(maskText(text)).toBe(text);
  });
});

describe('what only looks like a secret by its shape', () => {
  test.each([
    'commit 9fceb02d0ae598e95dc970b74767f19372d61af8',
    'id 3f2504e0-4f89-11d3-9a0c-0305e82c3301',
    '/code/main/sidecar/intake/redact/patterns.ts:12',
    `data:image/png;base64,${random(400)}`,
    `iVBORw0KGgo${random(300)}==`,
    'npm_config_registry and npm_lifecycle_event',
    'task-management-for-everybody-2024-edition',
    'sk-learn-contrib-extensions-and-more',
    `ghp_${'x'.repeat(36)}`,
    'sk-ant-...',
    `sk-${'x'.repeat(48)}`,
    'the prefix ghp_ marks a token of GitHub',
    'SG.1',
    'eyJ is how every JWT begins',
    'sha512-abc+/def==',
  ])('%s is left', (text) => {
    expect(maskText(text)).toBe(text);
  });
});
