import { fieldsOf, textIn } from './fields.ts';
import { hintsIn } from './hints.ts';
import { fileKindsOf, isCode } from './matching/files.ts';
import { tokensOf } from './matching/words.ts';
import type { Deed, Reading } from './reading.ts';

const MOST_WORDS = 60;
const LONGEST_TEXT = 8_000;
const MANIFEST =
  /(?:^|\/)(?:package\.json|Cargo\.toml|go\.mod|pyproject\.toml|requirements[\w-]*\.txt|Gemfile|pom\.xml|build\.gradle(?:\.kts)?|composer\.json|mix\.exs)$/;

/** An edit proves by its path, by what sort of file that is, and by the words of what it changed. */
export function readEdit(
  tool: string,
  fields: Readonly<Record<string, unknown>>,
  ok: boolean,
): Omit<Reading, 'summary'> {
  const path = textIn(fields, 'file_path', 'notebook_path');
  if (path === '') return { deeds: [], changesCode: false };
  const { before, after } = changedText(tool, fields);
  const [gone, come] = [wordsOf(before), wordsOf(after)];
  const place = placeOf(path);
  const inside = partsOfNames(`${before}\n${after}`);
  const deed = (verb: Deed['verb'], words: readonly string[]): Deed => ({
    verb,
    outcome: ok ? 'did' : 'failed',
    on: [place, ...words.slice(0, MOST_WORDS)],
    kinds: fileKindsOf(place),
    named: true,
    ...(inside.length > 0 ? { inside } : {}),
  });
  const all = [...new Set([...gone, ...come])];
  const onlyCome = come.filter((word) => !gone.includes(word));
  const left = new Set(after.split('\n').map((line) => line.trim()));
  const linesGone = before.split('\n').filter((line) => !left.has(line.trim()));
  const isWholeLines = after.split('\n').every((line) => before.includes(line.trim()));
  // Of a line that is gone every word is; of one that was shortened, those that are no longer there.
  const onlyGone = isWholeLines ? wordsOf(linesGone.join('\n')) : gone.filter((word) => !come.includes(word));
  const told = hintsIn(`${before}\n${after}`.slice(0, LONGEST_TEXT)).filter((word) => !all.includes(word));
  const made = hintsIn(after.slice(0, LONGEST_TEXT));
  const deeds = [
    deed('create', [...(tool === 'Write' ? come : onlyCome).slice(0, MOST_WORDS - made.length), ...made]),
    deed('update', [...all.slice(0, MOST_WORDS - told.length), ...told]),
    deed('fix', [...all.slice(0, MOST_WORDS - told.length), ...told]),
  ];
  const isRemoval =
    tool === 'NotebookEdit' ? textIn(fields, 'edit_mode') === 'delete' : after.length < before.length;
  if (tool !== 'Write' && isRemoval)
    deeds.push({
      ...deed('remove', [...onlyGone, ...hintsIn(linesGone.join('\n'))]),
      kinds: [...fileKindsOf(place), 'code', 'line', 'block', 'section'],
      needsWord: true,
    });
  if (MANIFEST.test(place) && before !== after) deeds.push({ ...deed('install', come), needsWord: true });
  return { deeds, changesCode: ok && isCode(path) };
}

function changedText(
  tool: string,
  fields: Readonly<Record<string, unknown>>,
): { before: string; after: string } {
  if (tool === 'Write') return { before: '', after: textIn(fields, 'content') };
  if (tool === 'NotebookEdit') return { before: '', after: textIn(fields, 'new_source') };
  const edits =
    tool === 'MultiEdit' && Array.isArray(fields.edits) ? fields.edits.slice(0, 40).map(fieldsOf) : [fields];
  const join = (name: string) => edits.map((edit) => textIn(edit, name).slice(0, LONGEST_TEXT)).join('\n');
  return { before: join('old_string'), after: join('new_string') };
}

function wordsOf(text: string): string[] {
  const shortened = text.slice(0, LONGEST_TEXT);
  const names = shortened.match(/\b[a-z]+(?:[A-Z][a-z\d]*)+\b/g) ?? [];
  const words = [...tokensOf(shortened), ...names.slice(0, 40).map((name) => name.toLowerCase())];
  return [...new Set(words)].filter((word) => word.length > 1 && word.length < 40);
}

/** Of an edit that holds `parseDate` alone: parse, date. */
function partsOfNames(text: string): string[] {
  const names = text.slice(0, LONGEST_TEXT).match(/[A-Za-z_$][\w$]*/g) ?? [];
  const whole = new Set(names.map((name) => name.toLowerCase()));
  const parts = names.filter((name) => /[a-z][A-Z]/.test(name)).flatMap(tokensOf);
  return [...new Set(parts)].filter((part) => part.length > 2 && !whole.has(part)).slice(0, MOST_WORDS);
}

/** The last parts of a path tell which file it is; the first are the machine's. */
function placeOf(path: string): string {
  return path.split('/').slice(-5).join('/');
}
