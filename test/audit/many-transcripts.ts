import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { madeId, transcriptWriter } from './transcript-writer.ts';

export type Many = { files: number; bytes: number; turns: number; tornLines: number };

const PROJECTS = 5;
const TURNS_A_SESSION = 60;
const LAST_WORDS = [
  "The parser is fixed. I'll push the branch now.",
  'All tests pass. Nothing is left to do here.',
  'I pushed the branch.',
  "I looked at the four modules. The cause is the cache: it keeps the old entry.\n\nLet me rerun the tests and then I'll commit the fix.",
  'The endpoint answers as the description says it should, and the log is quiet.',
  "Next I'm going to open a PR for the refactoring, once CI is green I'll merge it.",
];

/** Sessions as people have them, in several projects and partly at the same time, until there are so many bytes. */
export function writeManyTranscripts(projects: string, wanted: number): Many {
  const many: Many = { files: 0, bytes: 0, turns: 0, tornLines: 0 };
  for (let number = 0; many.bytes < wanted; number++) writeSession(projects, number, many);
  return many;
}

function writeSession(projects: string, number: number, many: Many): void {
  const cwd = `/nonexistent/project-${number % PROJECTS}`;
  const sessionId = madeId();
  const at = new Date(Date.UTC(2026, 0, 1) + number * 1_800_000).toISOString();
  const writer = transcriptWriter({ sessionId, cwd, at });
  const file = join(projects, `project-${number % PROJECTS}`, `${sessionId}.jsonl`);
  mkdirSync(dirname(file), { recursive: true });
  for (let turn = 0; turn < TURNS_A_SESSION; turn++) {
    writer.prompt(`Do part ${turn}: ${filler(200)}`);
    writer.row({ type: 'attachment', attachment: { type: 'todo', content: filler(600) } });
    for (let call = 0; call < 6; call++) work(writer, turn * 6 + call + number);
    writer.says(`${filler(300)}\n\n${LAST_WORDS[(turn + number) % LAST_WORDS.length]}`).wait(60);
    many.turns += 1;
  }
  if (number % 4 === 3) {
    writer.raw('{"type":"assistant","message":{"role":"assist');
    many.tornLines += 1;
  }
  const text = writer.text();
  appendFileSync(file, text);
  many.files += 1;
  many.bytes += Buffer.byteLength(text);
}

type Writer = ReturnType<typeof transcriptWriter>;

function work(writer: Writer, number: number): void {
  const file = `/nonexistent/src/file-${number % 40}.ts`;
  const output = filler(400 + ((number * 7919) % 6000));
  if (number % 17 === 0) writer.fails('Bash', { command: 'git push origin main' }, 'Exit code 1\nrejected');
  else if (number % 11 === 0) writer.does('Bash', { command: 'git push origin main' });
  else if (number % 5 === 0) writer.does('Bash', { command: 'npm test' }, { stdout: output, stderr: '' });
  else if (number % 3 === 0) {
    const edit = { file_path: file, old_string: filler(300), new_string: filler(320) };
    writer.does('Edit', edit, { filePath: file, oldString: edit.old_string, originalFile: output });
  } else
    writer.does('Read', { file_path: file }, { type: 'text', file: { filePath: file, content: output } });
}

const WORDS =
  'the parser reads a line and keeps what it holds “so” that nothing of it is lost when it ends '.repeat(80);

function filler(length: number): string {
  return WORDS.slice(0, length);
}
