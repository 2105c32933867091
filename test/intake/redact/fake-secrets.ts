/** Built at run time: a scanner that reads this repository must find no secret in it. */
export function fake(...pieces: string[]): string {
  return pieces.join('');
}

/** Letters and digits without an order that a placeholder would have. */
export function random(length: number, alphabet = 'aK3bZ9cQ7dM1eX5fW2gT8hR4'): string {
  return Array.from({ length }, (_, i) => alphabet[(i * 7 + (i >> 3)) % alphabet.length]).join('');
}

const PEM_KIND = ['PRIVATE', 'KEY'].join(' ');
export const PEM_BEGIN = fake('-----', `BEGIN RSA ${PEM_KIND}`, '-----');
export const PEM_END = fake('-----', `END RSA ${PEM_KIND}`, '-----');
export const PEM_LINES = [random(64), random(64), fake(random(30), '==')];
export const JWT = fake('eyJ', random(30), '.', 'eyJ', random(60), '.', random(43));
export const GITHUB = fake('gh', 'p_', random(36));

/** One of every shape, by the name of its pattern. */
export const SHAPED: [name: string, secret: string][] = [
  ['aws-access-key', fake('AK', 'IA', 'IOSFODNN7Q2WJB4T')],
  ['aws-access-key', fake('AS', 'IA', 'IOSFODNN7Q2WJB4T')],
  ['google-api-key', fake('AI', 'za', random(35))],
  ['google-oauth-token', fake('ya', '29.', random(60))],
  ['google-client-secret', fake('GOC', 'SPX-', random(28))],
  ['digitalocean-token', fake('dop', '_v1_', random(64, 'a3b9c7d1e5f2'))],
  ['github-token', GITHUB],
  ['github-token', fake('gh', 'o_', random(36))],
  ['github-token', fake('gh', 's_', random(36))],
  ['github-token', fake('gh', 'u_', random(36))],
  ['github-token', fake('gh', 'r_', random(36))],
  ['github-token', fake('github', '_pat_', random(22), '_', random(59))],
  ['gitlab-token', fake('gl', 'pat-', random(20))],
  ['slack-token', fake('xo', 'xb-', '1234567890-', random(24))],
  ['slack-token', fake('xo', 'xp-', '1234567890-', random(24))],
  ['slack-token', fake('xa', 'pp-1-', random(40))],
  ['stripe-key', fake('sk', '_live_', random(24))],
  ['stripe-key', fake('rk', '_live_', random(24))],
  ['stripe-key', fake('sk', '_test_', random(24))],
  ['stripe-webhook-secret', fake('wh', 'sec_', random(32))],
  ['anthropic-key', fake('sk', '-ant-', 'api03-', random(80), 'AA')],
  ['openai-key', fake('sk', '-', random(48))],
  ['openai-key', fake('sk', '-proj-', random(60), '_', random(40))],
  ['npm-token', fake('np', 'm_', random(36))],
  ['pypi-token', fake('py', 'pi-', 'AgEIcHlwaS5vcmc', random(80))],
  ['huggingface-token', fake('h', 'f_', random(34))],
  ['sendgrid-key', fake('S', 'G.', random(22), '.', random(43))],
  ['jwt', JWT],
  ['telegram-bot-token', fake('1234567890', ':AA', random(33))],
  ['private-key', [PEM_BEGIN, ...PEM_LINES, PEM_END].join('\n')],
];
