import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeManyTranscripts } from '../audit/many-transcripts.ts';
import { transcriptWriter } from '../audit/transcript-writer.ts';
import { CLI, cleanEnvironment } from '../kit/real-sidecar.ts';
import { runProgram } from '../kit/run-program.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { atMost, byTurns, type Figure, median } from './measure.ts';

const BYTES = 200e6;
const ROUNDS = 3;
const MOST_MEGABYTES = 250;

/** Tells the highest resident size of the process, in kilobytes, when it ends. */
const TELL_PEAK = `process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS + '\\n'))`;

/** The least that any reader of transcripts does: file by file, line by line, JSON.parse, and nothing kept. */
const PARSE_ALONE = `
const { readdirSync, createReadStream } = await import('node:fs');
const { createInterface } = await import('node:readline');
const { join } = await import('node:path');
let rows = 0;
for (const name of readdirSync(process.argv[1], { recursive: true })) {
  if (!name.endsWith('.jsonl')) continue;
  for await (const line of createInterface({ input: createReadStream(join(process.argv[1], name)) })) {
    try { JSON.parse(line); rows += 1; } catch {}
  }
}
console.log(rows);
`;

/** `holdfast audit` over 200 MB of transcripts: its memory, and its time against parsing the same bytes. */
export async function auditRate(): Promise<Figure[]> {
  const { home, remove } = temporaryHome();
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  const env = cleanEnvironment(home);
  let peak = 0;
  let rate = '';

  async function audit(): Promise<number> {
    const tell = ['--import', `data:text/javascript,${encodeURIComponent(TELL_PEAK)}`];
    const args = [...tell, CLI, 'audit', folder, '--json'];
    const { code, stdout, stderr, ms } = await runProgram(process.execPath, { args, env, limitMs: 300_000 });
    if (code !== 0) throw new Error(`the audit failed: ${stderr}`);
    peak = Math.max(peak, Number(/peak (\d+)/.exec(stderr)?.[1]) / 1024);
    const { files, bytes, megabytesPerSecond } = JSON.parse(stdout).read;
    rate = `${files} files, ${Math.round(bytes / 1e6)} MB, ${megabytesPerSecond} MB/s`;
    return ms;
  }

  async function parseAlone(): Promise<number> {
    const args = ['--input-type=module', '-e', PARSE_ALONE, folder];
    return (await runProgram(process.execPath, { args, env, limitMs: 300_000 })).ms;
  }

  try {
    writeManyTranscripts(folder, BYTES);
    writeLongLines(join(folder, 'long.jsonl'));
    const [audits = [], parses = []] = await byTurns(ROUNDS, [audit, parseAlone]);
    const parsed = `JSON.parse alone ${(median(parses) / 1000).toFixed(1)} s`;
    return [
      atMost(
        'audit of 200 MB / JSON.parse of the same',
        median(audits) / median(parses),
        20,
        `${rate}, ${parsed}`,
      ),
      atMost(
        `memory of the audit / ${MOST_MEGABYTES} MB`,
        peak / MOST_MEGABYTES,
        1,
        `${peak.toFixed(0)} MB at most`,
      ),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
    remove();
  }
}

/** A picture that was read, just short of what is taken, and one beyond. */
function writeLongLines(file: string): void {
  const writer = transcriptWriter({ sessionId: 'long', cwd: '/nonexistent/long' });
  for (const size of [7.9e6, 30e6]) {
    writer
      .prompt('Look at it.')
      .does('Read', { file_path: 'a.png' }, { file: { base64: 'Aé'.repeat(size / 3) } });
  }
  writeFileSync(file, writer.text());
}
