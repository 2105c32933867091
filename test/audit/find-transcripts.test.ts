import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findTranscripts, transcriptFolder } from '../../sidecar/audit/find-transcripts.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';

function folderWith(...files: string[]): string {
  const folder = temporaryFolder();
  for (const file of files) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), '{}\n');
  }
  return folder;
}

function find(folder: string, places = [folder], named = true) {
  const { files, unreadable } = findTranscripts(places, { named });
  return { files: files.map(({ path }) => relative(folder, path)).sort(), unreadable };
}

describe('transcripts', () => {
  test('are found in folders at any depth, by their ending', () => {
    const folder = folderWith(
      'p/s.jsonl',
      'p/s/subagents/agent-a.jsonl',
      'p/s/agent-a.meta.json',
      'notes.txt',
    );
    expect(find(folder)).toEqual({ files: ['p/s.jsonl', 'p/s/subagents/agent-a.jsonl'], unreadable: [] });
  });

  test('that are named themselves may be called anything', () => {
    const folder = folderWith('old.txt');
    expect(find(folder, [join(folder, 'old.txt')]).files).toEqual(['old.txt']);
  });

  test('count once, however they are reached', () => {
    const folder = folderWith('p/s.jsonl');
    symlinkSync(folder, join(folder, 'p', 'up'));
    symlinkSync(join(folder, 'p', 's.jsonl'), join(folder, 'again.jsonl'));
    symlinkSync(join(folder, 'p'), join(folder, 'linked'));
    const { files } = find(folder, [folder, join(folder, 'p'), join(folder, 'p', 's.jsonl'), folder]);
    expect(files).toHaveLength(1);
  });

  test('behind links that lead nowhere or round in a circle cannot be read', () => {
    const folder = folderWith('s.jsonl');
    symlinkSync(join(folder, 'gone.jsonl'), join(folder, 'dangling.jsonl'));
    symlinkSync('round.jsonl', join(folder, 'round.jsonl'));
    symlinkSync(join(folder, 'gone'), join(folder, 'no-transcript'));
    const { files, unreadable } = find(folder);
    expect(files).toEqual(['s.jsonl']);
    expect(unreadable.map(({ path, why }) => `${relative(folder, path)} ${why}`).sort()).toEqual([
      'dangling.jsonl ENOENT',
      'round.jsonl ELOOP',
    ]);
  });

  test('that the person named and that are not there are an error; the default place may be missing', () => {
    const folder = folderWith();
    const gone = join(folder, 'gone');
    expect(() => find(folder, [gone])).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
    expect(() => find(folder, ['/dev/null'])).toThrow(/neither a file nor a folder/);
    expect(find(folder, [gone], false)).toEqual({ files: [], unreadable: [] });
  });
});

describe('the place of the transcripts', () => {
  test('is that of Claude Code', () => {
    expect(transcriptFolder({ HOME: '/h', CLAUDE_CONFIG_DIR: '/c' })).toBe('/c/projects');
    expect(transcriptFolder({ HOME: '/h', CLAUDE_CONFIG_DIR: '' })).toBe('/h/.claude/projects');
    expect(() => transcriptFolder({})).toThrow(expect.objectContaining({ code: 'HOME_UNKNOWN' }));
  });
});
