import type { Verb } from '../../claims/index.ts';
import type { Invocation } from '../bash/invocation.ts';
import type { Deed } from '../reading.ts';

/** What an invocation does if it succeeds. */
export type Act = Omit<Deed, 'verb' | 'outcome' | 'on' | 'kinds' | 'stale'> & {
  verb: Verb;
  on?: readonly string[];
  kinds?: readonly string[];
  /** Output that says it failed, whatever the exit code is. Without it the tool's own. */
  failed?: RegExp;
  /** Output that says it succeeded, read where the exit code is hidden. Without it the tool's own. */
  done?: RegExp;
  /** Only its output can prove it, where the exit code is hidden: a test run. */
  silentIsNoProof?: true;
  /** Output that says that there was nothing to do: it proves nothing, whatever the exit code is. */
  nothing?: RegExp;
  /** It is done as soon as it is run, also in the background: `kill`. */
  atOnce?: true;
};

/** What a tool's entry answers for one invocation. */
export type ToolReading = { acts: readonly Act[]; changesCode?: boolean };

/**
 * An entry of the table: what a program's invocations do. To teach Holdfast a tool, write one and list it in
 * `index.ts`. Options such as `--help` and `--dry-run` never reach `read`. In doubt answer nothing.
 */
export type Tool = {
  /** Programs, without folder and version. */
  names: readonly string[];
  /** Words that stand for nothing-happened with this tool, besides `--help`, `--version` and `--dry-run`. */
  idle?: readonly string[];
  failed?: RegExp;
  done?: RegExp;
  read(invocation: Invocation): readonly Act[] | ToolReading;
};
