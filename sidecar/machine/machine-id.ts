import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/**
 * The same on one machine whatever its name, another on every other one; null where the system tells none.
 * Bound to an `installation`, it also tells two homes of one machine apart. Hashed, since the system's own
 * id is not to be shown around (machine-id(5)). A byte copy of a whole Linux disk has the id of its original.
 */
export function machineId(installation = '', own: string | null = systemId()): string | null {
  if (own === null) return null;
  return createHash('sha256').update(`holdfast machine\n${own}\n${installation}`).digest('hex').slice(0, 32);
}

let known: string | null | undefined;

function systemId(): string | null {
  known ??= readSystemId();
  return known;
}

function readSystemId(): string | null {
  try {
    return process.platform === 'linux' ? idOfLinux() : idOfMac();
  } catch {
    return null; // A sandbox hides it: rows that compare machine ids then do not apply.
  }
}

function idOfLinux(): string | null {
  return idInFile(readFileSync('/etc/machine-id', 'utf8'));
}

/** Images are shipped with an empty file or with `uninitialized`: that would be one id for many machines. */
export function idInFile(text: string): string | null {
  const id = text.trim().toLowerCase();
  return /^[0-9a-f]{32}$/.test(id) && !/^(.)\1*$/.test(id) ? id : null;
}

function idOfMac(): string | null {
  const printed = execFileSync('ioreg', ['-rd1', '-c', 'IOPlatformExpertDevice'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 2000,
  });
  return idPrintedByMac(printed);
}

export function idPrintedByMac(printed: string): string | null {
  return /"IOPlatformUUID" = "([0-9A-Fa-f-]{36})"/.exec(printed)?.[1]?.toLowerCase() ?? null;
}
