import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { progressLine } from '../../sidecar/cli/audit-progress.ts';
import { homePaths } from '../../sidecar/home/index.ts';
import { git, repository } from '../kit/git.ts';
import { holdfast } from '../kit/holdfast.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import { transcriptWriter } from './transcript-writer.ts';

let folder: string;
let config: string;
let projects: string;
const SECRET = `ghp_${'a1B2'.repeat(9)}`;

beforeEach(() => {
  folder = temporaryFolder();
  config = join(folder, 'claude');
  projects = join(config, 'projects');
  mkdirSync(projects, { recursive: true });
});

const say = (...args: string[]) =>
  holdfast(homePaths(join(folder, 'home')), ['audit', ...args], {
    env: { CLAUDE_CONFIG_DIR: config },
    cwd: folder,
  });

async function json(...args: string[]) {
  const { code, stdout, stderr } = await say('--json', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

/** A session that kept one promise, tried one, dropped one, and said what was not so. */
function badSession(sessionId: string, cwd = join(folder, 'project'), at = '2026-03-02T10:00:00.000Z') {
  const writer = transcriptWriter({ sessionId, cwd, at });
  writer.prompt('Go.').says("I'll push the main branch now.");
  writer.prompt('Well?').does('Bash', { command: 'git push origin main' });
  writer.says("Pushed. I'll run the tests.").prompt('And?');
  writer.fails('Bash', { command: 'npm test' }, 'Exit code 1\n2 failed');
  writer.says(`All tests pass.\n\nI'll deploy it to staging with ${SECRET} \u001b[31m.`);
  return writer;
}

const ID = (number: number) => `${String(number).repeat(8)}-1111-4111-8111-111111111111`;

describe('audit', () => {
  test('says in words what was kept, tried and dropped, and the worst of it', async () => {
    badSession(ID(1)).writeInto(projects);
    const { code, stdout, stderr } = await say();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('1 session with 3 turns');
    expect(stdout).toMatch(/promises +3/);
    expect(stdout).toMatch(/kept +1 +33 %/);
    expect(stdout).toMatch(/tried, not kept +1 +33 %/);
    expect(stdout).toMatch(/dropped +1 +33 %/);
    expect(stdout).toMatch(/contradicted by one +1 +50 %/);
    expect(stdout.indexOf('“All tests pass.”')).toBeLessThan(stdout.indexOf('deploy it to staging'));
    expect(stdout).toMatch(/2026-03-02, .* ago, project/);
    expect(stdout).toMatch(/1 file, 0\.\d MB in [\d.]+ s, [\d.]+ MB\/s/);
  });

  test('--json: the figures as api.md promises them', async () => {
    badSession(ID(1)).writeInto(projects);
    const report = await json();
    expect(report).toMatchObject({
      promises: { total: 3, kept: 1, attempted: 1, dropped: 1 },
      claims: { total: 2, backed: 1, contradicted: 1, unbacked: 0 },
      skipped: { tornLines: 0, unknownRows: 0, unreadableFiles: 0 },
      subagents: { files: 0 },
    });
    expect(report.worst[0]).toMatchObject({
      kind: 'claim',
      state: 'contradicted',
      date: expect.stringMatching(/^2026-03-02T/),
      project: join(folder, 'project'),
      sentence: 'All tests pass.',
    });
  });

  test('shows no secret, and nothing that a terminal would obey', async () => {
    badSession(ID(1)).writeInto(projects);
    const page = join(folder, 'report.html');
    const { stdout } = await say('--html', page);
    for (const text of [stdout, readFileSync(page, 'utf8'), JSON.stringify(await json())]) {
      expect(text).toContain('staging');
      expect(text).not.toContain(SECRET);
      expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    }
  });

  test('--html: one page, and where it is', async () => {
    badSession(ID(1)).writeInto(projects);
    const { code, stdout } = await say('--html', 'report.html');
    expect(code).toBe(0);
    expect(stdout).toContain(`The page: ${join(folder, 'report.html')}`);
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toMatch(/^<!doctype html>.*<\/html>\n$/s);
  });

  test('writes nothing into the home, and leaves nothing behind', async () => {
    badSession(ID(1)).writeInto(projects);
    const temporary = join(folder, 'tmp');
    mkdirSync(temporary);
    const home = homePaths(join(folder, 'home'));
    const { code } = await holdfast(home, ['audit', projects], { env: { TMPDIR: temporary } });
    expect(code).toBe(0);
    expect(existsSync(home.root)).toBe(false);
    expect(readdirSync(temporary)).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual(['claude', 'tmp']);
  });

  test('reads what it can: torn, unknown, empty and unreadable files are counted', async () => {
    const writer = badSession(ID(1));
    writer.raw('{"type":"of-tomorrow"}');
    const file = writer.writeInto(projects);
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"type":"assist`);
    writeFileSync(join(projects, 'empty.jsonl'), '');
    symlinkSync('round.jsonl', join(projects, 'round.jsonl'));
    const report = await json();
    expect(report.skipped).toEqual({ tornLines: 1, unknownRows: 1, unreadableFiles: 1, longLines: 0 });
    expect(report.unreadable).toEqual([{ path: join(projects, 'round.jsonl'), why: 'ELOOP' }]);
    expect(report.promises.total).toBe(3);
    expect((await say()).stdout).toContain('1 line is torn and was skipped.');
  });

  test('without a transcript says so', async () => {
    const { code, stdout } = await say();
    expect(code).toBe(0);
    expect(stdout).toContain(`No transcript in ${projects}.`);
    expect((await json()).promises).toEqual({ total: 0, kept: 0, attempted: 0, dropped: 0, withdrawn: 0 });
  });
});

describe('audit of a part', () => {
  test('PATH: of these files and folders', async () => {
    const one = badSession(ID(1)).writeInto(projects);
    badSession(ID(2), join(folder, 'other')).writeInto(projects);
    expect((await json(one)).promises.total).toBe(3);
    expect((await json(projects, one)).promises.total).toBe(6);
  });

  test('--project: by any of its directories, linked worktrees too', async () => {
    const main = repository(join(folder, 'main'));
    git(main, 'worktree', 'add', '--quiet', join(folder, 'linked'));
    mkdirSync(join(main, 'src'));
    badSession(ID(1), join(main, 'src')).writeInto(projects);
    badSession(ID(2), join(folder, 'linked'), '2026-04-02T10:00:00.000Z').writeInto(projects);
    badSession(ID(3), join(folder, 'other')).writeInto(projects);
    const report = await json('--project', 'linked');
    expect(report.projects.map(({ project }: { project: string }) => project)).toEqual([main]);
    expect(report.promises.total).toBe(6);
    expect((await json('--project', 'nowhere')).promises.total).toBe(0);
  });

  test('--since: what was said since then, with the evidence of before', async () => {
    const writer = transcriptWriter({ sessionId: ID(1), cwd: folder, at: '2026-03-02T10:00:00.000Z' });
    writer.prompt('Go.').does('Bash', { command: 'npm test' }).says("I'll deploy it.");
    writer
      .wait(5 * 86_400)
      .prompt('And?')
      .says('All tests pass.');
    writer.writeInto(projects);
    const report = await json('--since', '2026-03-05');
    expect(report.promises.total).toBe(0);
    expect(report.claims).toMatchObject({ total: 1, backed: 1 });
    expect(report.turns).toBe(1);
  });

  test('--since: leaves files alone that nobody touched since then', async () => {
    const file = badSession(ID(1)).writeInto(projects);
    utimesSync(file, new Date('2026-03-02T11:00:00Z'), new Date('2026-03-02T11:00:00Z'));
    const report = await json('--since', '2026-03-03');
    expect(report.read).toMatchObject({ files: 0, bytes: 0 });
  });

  test('a subagent’s calls prove what its parent promised; what it says is counted apart', async () => {
    const cwd = join(folder, 'project');
    transcriptWriter({ sessionId: ID(1), cwd })
      .prompt('Go.')
      .says("I'll push the main branch.")
      .writeInto(projects);
    const side = transcriptWriter({ sessionId: ID(1), cwd, agentId: 'a1', at: '2026-03-02T10:05:00.000Z' });
    side.prompt('Push.').does('Bash', { command: 'git push origin main' }).says("Pushed. I'll tag it.");
    side.write(join(projects, 'p', ID(1), 'subagents', 'agent-a1.jsonl'));
    const report = await json();
    expect(report.promises).toMatchObject({ total: 1, kept: 1 });
    expect(report.claims.total).toBe(0);
    expect(report.subagents).toEqual({ files: 1, calls: 1, promises: 1, claims: 1 });
    expect(report.sessions).toBe(1);
  });
});

describe('bad usage', () => {
  test.each([
    ['--since', 'yesterday'],
    ['--since', '2026-02-31'],
    ['--html', 'nowhere/report.html'],
    ['--html', '.'],
    ['nowhere.jsonl'],
    ['/dev/null'],
    ['--what'],
  ])('%s %s exits 2, before anything is read', async (...args) => {
    const { code, stdout, stderr } = await say(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^(?:holdfast|error): /);
  });

  test('with --json is told as JSON', async () => {
    const { code, stdout } = await say('--json', '--since', 'soon');
    expect(code).toBe(2);
    expect(JSON.parse(stdout).error).toMatchObject({ code: 'BAD_INPUT', hint: expect.stringMatching(/30d/) });
  });
});

describe('the progress line', () => {
  function shown(terminal: { isTTY?: boolean; columns?: number }, env = {}) {
    let text = '';
    let time = 0;
    const write = (part: string) => (text += part);
    const line = progressLine({ ...terminal, write }, { now: () => time, env });
    for (let part = 0; part <= 10; part++) {
      line.show({ readBytes: part * 1e7, bytes: 1e8, files: 3 });
      time += 50;
    }
    line.clear();
    return text;
  }

  test('is written on a terminal alone', () => {
    expect(shown({})).toBe('');
    expect(shown({ isTTY: false })).toBe('');
    expect(shown({ isTTY: true }, { TERM: 'dumb' })).toBe('');
  });

  test('goes over itself, not too often and not beyond the line, and is gone at the end', () => {
    const lines = shown({ isTTY: true, columns: 30 }).split('\r').slice(1);
    expect(lines).toHaveLength(7);
    for (const line of lines) expect(line.replace('\u001b[K', '').length).toBeLessThan(30);
    expect(lines.at(-1)).toBe('\u001b[K');
    expect(shown({ isTTY: true })).toContain(' 40 %  40 MB of 100 MB, 200 MB/s, 1 s left');
  });
});
