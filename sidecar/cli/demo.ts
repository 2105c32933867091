import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '../errors/index.ts';
import { ensureHome, type HomePaths, homePaths } from '../home/index.ts';
import { startSidecar, stopSidecar } from '../server/index.ts';
import { deployHooks } from '../setup/index.ts';
import { callApi } from './api.ts';
import { type Act, demoSession, SESSION } from './demo-session.ts';
import { contextIn, showWord } from './demo-word.ts';
import type { Context } from './main.ts';
import { paint } from './print.ts';

/** As `init` sets it. */
const CONFIG = {
  server: { port: 0 },
  messaging: { actionClaim: { enabled: true }, completionClaim: { enabled: true } },
};

type Event = { seq: number; id: string; event: string; tool: string | null; via: string; outcome: string };

/** Plays a session through the real hooks into a sidecar of its own, and leaves nothing behind. */
export async function run(_options: object, { launch }: Context): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-demo-'));
  const home = homePaths(join(folder, 'home'));
  process.once('SIGINT', async () => {
    await stopSidecar({ home });
    rmSync(folder, { recursive: true, force: true });
    process.exit(130);
  });
  try {
    return await play(home, join(folder, 'project'), launch);
  } finally {
    await stopSidecar({ home });
    rmSync(folder, { recursive: true, force: true });
  }
}

async function play(home: HomePaths, project: string, launch: Context['launch']): Promise<number> {
  ensureHome(home);
  mkdirSync(project);
  writeFileSync(home.config, JSON.stringify(CONFIG));
  deployHooks(home);

  heading('A sidecar of its own starts, in a folder that goes away again');
  const pid = await start(home, launch);
  console.log(`  process ${pid}\n`);

  const acts = demoSession(project);
  heading('A scripted session goes through the real hook scripts');
  let sent = (await playActs(acts.beforeTheCrash, home)).length;
  heading('The sidecar is killed with -9; the session goes on');
  process.kill(pid, 'SIGKILL');
  await sleep(100);
  sent += (await playActs(acts.withoutSidecar, home)).length;
  heading('A new sidecar starts, and takes what waited');
  console.log(`  process ${await start(home, launch)}\n`);
  await everyEvent(home, sent);
  const printed = await playActs(acts.afterwards, home);
  sent += printed.length;
  const isTold = showContext(printed.at(-1) ?? '');
  heading('And so it ends');
  sent += (await playActs(acts.atLast, home)).length;
  const isJudged = await showWord(home);
  const isWhole = await showEvents(home, sent);
  return close(isTold && isJudged && isWhole);
}

async function start(home: HomePaths, launch: Context['launch']): Promise<number> {
  const report = await startSidecar({ home, recover: false, launch });
  if (report.how === 'failed') throw new HoldfastError('START_FAILED', report.message, report.hint);
  return report.pid;
}

/** Returns what each hook printed for Claude. */
async function playActs(acts: Act[], home: HomePaths): Promise<string[]> {
  const printed: string[] = [];
  for (const { script, input, says } of acts) {
    const began = performance.now();
    printed.push(await runHook(join(home.hooks, script), input, home));
    const time = paint('dim', `${(performance.now() - began).toFixed(1).padStart(6)} ms`);
    console.log(`  ${time}  ${script.padEnd(26)} ${says}`);
  }
  console.log('');
  return printed;
}

function runHook(file: string, input: object, home: HomePaths): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env.PATH, HOME: home.root };
    const child = spawn(file, { stdio: ['pipe', 'pipe', 'ignore'], env });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      printed += part;
    });
    child.once('error', reject);
    child.once('close', () => resolve(printed));
    child.stdin.end(JSON.stringify(input));
  });
}

function showContext(printed: string): boolean {
  const context = contextIn(printed);
  if (context === null) return false;
  heading('With that prompt the agent reads');
  for (const line of context.split('\n')) console.log(`  ${paint('cyan', '│')} ${line}`);
  console.log('');
  return true;
}

async function showEvents(home: HomePaths, sent: number): Promise<boolean> {
  const events = await everyEvent(home, sent);
  heading('What is in the ledger');
  for (const { seq, event, tool, via, outcome } of events) {
    const how = via === 'live' ? paint('green', 'live') : paint('yellow', 'from the spool');
    console.log(
      `  ${String(seq).padStart(3)}  ${(tool ? `${event} ${tool}` : event).padEnd(26)} ${outcome.padEnd(14)} ${how}`,
    );
  }
  const session = await callApi<{ state: string; counts: object; lastTool: string }>(
    home,
    `/sessions/${SESSION}`,
  );
  const secret = await callApi<{ body: { tool_input: { command: string } } }>(
    home,
    `/events/${lastBash(events)}`,
  );
  console.log(
    `\n  The session: ${session.state}; ${JSON.stringify(session.counts)}; last tool ${session.lastTool}.`,
  );
  console.log(`  The token in its command is stored as: ${secret.body.tool_input.command}`);
  const isWhole = events.length === sent && new Set(events.map(({ id }) => id)).size === sent;
  const verdict = isWhole
    ? paint('green', '✓ every event is there, once')
    : paint('red', '✗ events are missing');
  console.log(`\n${verdict}: ${events.length} of ${sent}. Nothing is left behind.`);
  return isWhole;
}

function close(isGood: boolean): number {
  if (isGood) console.log('Next: `holdfast init` in a project of yours.');
  else console.log(paint('red', '✗ That is not what should have come of it.'));
  return isGood ? 0 : 1;
}

async function everyEvent(home: HomePaths, sent: number): Promise<Event[]> {
  for (let tries = 0; ; tries++) {
    const { events } = await callApi<{ events: Event[] }>(home, `/events?sessionId=${SESSION}`);
    if (events.length >= sent || tries > 100) return events;
    await sleep(50);
  }
}

function lastBash(events: Event[]): string {
  return events.findLast(({ tool }) => tool === 'Bash')?.id ?? '';
}

function heading(text: string): void {
  console.log(paint('bold', text));
}
