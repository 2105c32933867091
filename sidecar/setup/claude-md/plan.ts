import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HomePaths } from '../../home/index.ts';
import {
  bytesBefore,
  encodeBefore,
  type InstallRecord,
  isAsWritten,
  readInstalls,
  sha256,
} from '../installs.ts';
import { canonicalPath, claudeMdPath, type Scope } from '../settings-path.ts';
import {
  appendBlock,
  areOurs,
  type Block,
  findBlock,
  probableLead,
  removeBlock,
  replaceBlock,
} from './block.ts';
import { type Decoded, decode } from './encoding.ts';
import { readClaudeMd } from './read.ts';

export type ClaudeMdPlan = {
  file: string;
  bytes: Buffer | null;
  planned: Buffer | null;
  outcome: 'changed' | 'unchanged' | 'left';
  why: 'added' | 'replaced' | 'current' | 'elsewhere' | 'deleted' | 'edited' | 'broken' | 'odd';
  /** Null where the record that is there stays right. */
  record: InstallRecord | null;
  /** The words go beside an edited block. */
  offers: boolean;
};

export type ClaudeMdOptions = {
  home: HomePaths;
  project: string;
  scope: Scope;
  /** Default: where the scope has it. */
  file?: string;
  words: string;
  version: string;
  env?: NodeJS.ProcessEnv;
  clock?: () => Date;
  /** A block of ours that is gone: written again, where `init` begins anew; or the person's wish; or neither. */
  absent: 'restore' | 'bury' | 'leave';
};

/** Reads, and writes nothing. What the person did inside the block or to the block stays done. */
export function planClaudeMd(options: ClaudeMdOptions): ClaudeMdPlan {
  const { home, words, version, absent } = options;
  const file = options.file ?? canonicalPath(claudeMdPath(options));
  const known = readInstalls(home).find((record) => record.file === file);
  const bytes = readClaudeMd(file);
  const untouched = (rest: Pick<ClaudeMdPlan, 'outcome' | 'why'> & Partial<ClaudeMdPlan>): ClaudeMdPlan => {
    const same = bytes === 'odd' ? null : bytes;
    return { file, bytes: same, planned: same, record: null, offers: false, ...rest };
  };
  const decoded = bytes === 'odd' ? null : decode(bytes ?? Buffer.alloc(0));
  if (bytes === 'odd' || !decoded) return untouched({ outcome: 'left', why: 'odd' });
  const { text, encode } = decoded;
  const block = findBlock(text);
  if (block === 'broken') return untouched({ outcome: 'left', why: 'broken' });
  const written = (planned: string, lead: string, why: 'added' | 'replaced' | 'current'): ClaudeMdPlan => ({
    ...untouched({ outcome: planned === text ? 'unchanged' : 'changed', why }),
    planned: encode(planned),
    record: recordOf({ file, known, bytes, decoded, block, planned: encode(planned), lead }, options),
  });

  if (block) {
    const lead = known?.block?.lead ?? probableLead(text, block);
    if (block.words === words) {
      const isRight = known?.block?.sha256 === sha256(words) && known.block.deleted === undefined;
      return isRight ? untouched({ outcome: 'unchanged', why: 'current' }) : written(text, lead, 'current');
    }
    if (areOurs(block.words, known?.block)) {
      return written(replaceBlock(text, block, words), lead, 'replaced');
    }
    return untouched({ outcome: 'left', why: 'edited', ...offer(known, words) });
  }
  if (known?.block && absent !== 'restore') {
    const isNews = absent === 'bury' && known.block.deleted === undefined;
    const record = isNews ? { ...known, block: { ...known.block, deleted: version } } : null;
    return untouched({ outcome: 'left', why: 'deleted', record });
  }
  if (standsWider(options, file)) return untouched({ outcome: 'unchanged', why: 'elsewhere' });
  const appended = appendBlock(text, words);
  return written(appended.text, appended.lead, 'added');
}

type Writing = {
  file: string;
  known: InstallRecord | undefined;
  bytes: Buffer | null;
  decoded: Decoded;
  block: Block | null;
  planned: Buffer;
  lead: string;
};

/** As for a settings file: `before` is what the file would be without us now, and no copy of an earlier time. */
function recordOf(
  { file, known, bytes, decoded: { text, encode }, block, planned, lead }: Writing,
  { home, project, scope, words, clock = () => new Date() }: ClaudeMdOptions,
): InstallRecord {
  const isOurs = known !== undefined && isAsWritten(known, bytes);
  const without = bytes && encode(block ? removeBlock(text, block, lead) : text);
  const installs = readInstalls(home);
  const replaces = block !== null && block.words !== words;
  return {
    file,
    project,
    scope,
    before: encodeBefore(isOurs ? bytesBefore(known) : without),
    afterSha256: sha256(planned),
    replacedSha256: isOurs && bytes ? sha256(bytes) : null,
    createdFolder:
      !existsSync(dirname(file)) ||
      installs.some((record) => record.createdFolder && dirname(record.file) === dirname(file)),
    installedAt: clock().toISOString(),
    block: { sha256: sha256(words), lead, ...(replaces ? { replaced: sha256(block.words) } : {}) },
  };
}

/** Once for each text that we ship: what the person deleted does not come back. */
function offer(known: InstallRecord | undefined, words: string): Partial<ClaudeMdPlan> {
  const hash = sha256(words);
  if (!known?.block || known.block.sha256 === hash || known.block.offered === hash) return {};
  return { offers: true, record: { ...known, block: { ...known.block, offered: hash } } };
}

/** The user's file holds in every project, and the project's for everybody in it. */
function standsWider({ scope, project, env }: ClaudeMdOptions, file: string): boolean {
  const wider: Scope[] = scope === 'user' ? [] : scope === 'project' ? ['user'] : ['user', 'project'];
  return wider.some((other) => {
    try {
      const place = canonicalPath(claudeMdPath({ scope: other, project, env }));
      const bytes = place === file ? null : readClaudeMd(place);
      const decoded = bytes === 'odd' || bytes === null ? null : decode(bytes);
      return decoded !== null && findBlock(decoded.text) !== null;
    } catch {
      return false; // There is no such place, or none that we could read: then it says nothing.
    }
  });
}
