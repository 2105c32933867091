import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { transcriptWriter } from '../audit/transcript-writer.ts';
import { holdfast, livelyHome } from '../kit/holdfast.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import { realBrowser } from './browser.ts';
import { keepPicture, updatePicture } from './pictures.ts';

const { open } = realBrowser();

test('what `npm run try` prints, as a picture', async () => {
  const home = livelyHome();
  const { code, stdout } = await holdfast(home, ['demo'], { env: { TMPDIR: home.root } });
  expect(code).toBe(0);
  expect(stdout).toContain('every event is there, once');
  const page = await terminal('npm run try', stdout.replaceAll(home.root, '/tmp'));
  await keepPicture(page, 'try');
  await updatePicture(page, 'try');
});

test('what `holdfast audit` prints, as a picture', async () => {
  const folder = temporaryFolder();
  playMonths(folder);
  const { code, stdout } = await holdfast(livelyHome(), ['audit', folder]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/kept/);
  const page = await terminal('holdfast audit', stdout.replaceAll(folder, '~/.claude/projects'));
  await keepPicture(page, 'audit');
  await updatePicture(page, 'audit');
});

const PROMISED = ['push the branch', 'commit the rest', 'deploy it to staging', 'update the changelog'];
const DAY_MS = 24 * 3_600_000;

/** Sessions of two projects: most promises are kept, some are not, and not all that is said to be done is. */
function playMonths(folder: string): void {
  for (let day = 30; day > 0; day--) {
    const sessionId = `${String(day).padStart(8, '0')}-1111-4111-8111-111111111111`;
    const cwd = day % 3 === 0 ? '/home/me/engine' : '/home/me/shop';
    const writer = transcriptWriter({
      sessionId,
      cwd,
      at: new Date(Date.now() - day * DAY_MS).toISOString(),
    });
    writer.prompt('Go on.').says(day % 2 ? "I'll push the branch now." : "I'll run the tests now.");
    writer.prompt('Do.').does('Bash', { command: 'npm test' }, { stdout: 'ok', stderr: '' });
    writer.does('Bash', { command: 'git push origin checkout' });
    if (day === 4) writer.fails('Bash', { command: 'npm test' }, 'Exit code 1\n2 failed');
    if (day === 9) writer.fails('Bash', { command: 'npm run build' }, 'Exit code 1');
    writer.says(day === 9 ? 'The build succeeds.' : 'All tests pass.');
    if (day % 9 === 2) writer.prompt('And?').says(`Next I'll ${PROMISED[day % 4]}.`);
    writer.writeInto(folder);
  }
}

/** Text as a terminal shows it. */
async function terminal(command: string, text: string): Promise<Page> {
  const page = await open('about:blank', { viewport: { width: 940, height: 300 }, deviceScaleFactor: 1.5 });
  await page.setContent(`<!doctype html><style>
    body { margin: 0; background: #15181c; color: #dfe4e8; }
    pre { margin: 0; padding: 1.5rem 1.75rem; white-space: pre-wrap; overflow-wrap: anywhere;
      font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, monospace; }
    b { color: #63c08c; font-weight: normal; }
  </style><pre><b>$</b> </pre>`);
  await page.locator('pre').evaluate((pre, shown) => pre.append(shown), `${command}\n\n${text.trim()}\n`);
  return page;
}
