import { HoldfastError } from '../errors/index.ts';
import { decodeUtf8 } from '../http/index.ts';

/**
 * What a hook leaves in the spool: one line about the event, then its bytes as the client sent them.
 *
 *   holdfast-spool 1 <event> <id> <source> <pid or -> <process start or ->
 *   {"session_id": …
 *
 * The number is the version of this line. The time of the event is the time of the file.
 */
export type SpoolFile = {
  event: string;
  id: string;
  source: string;
  client: { pid: number; processStart: string | null } | null;
  text: string;
};

const FIRST_LINE =
  /^holdfast-spool 1 ([A-Za-z][A-Za-z0-9_-]{0,63}) ([A-Za-z0-9._~-]{1,128}) (settings|plugin) (\d{1,10}|-) (\d{1,20}|-)$/;

/** Throws BAD_INPUT with the reason for what is no spool file. */
export function readSpoolFile(bytes: Buffer): SpoolFile {
  const end = bytes.indexOf(0x0a);
  const line = bytes.subarray(0, end < 0 ? bytes.length : end).toString('latin1');
  const [matched, event, id, source, pid, start] = FIRST_LINE.exec(line) ?? [];
  if (!matched || end < 0 || !event || !id || !source) {
    throw notUnderstood('its first line is not one that a hook of Holdfast writes');
  }
  const client =
    pid === '-' ? null : { pid: Number(pid), processStart: start === '-' ? null : (start ?? null) };
  return { event, id, source, client, text: decodeUtf8(bytes.subarray(end + 1)) };
}

function notUnderstood(reason: string): HoldfastError {
  return new HoldfastError(
    'BAD_INPUT',
    `The event cannot be understood: ${reason}.`,
    'Look at the bytes as they came: they are kept in spool/rejected, with this reason beside them.',
  );
}
