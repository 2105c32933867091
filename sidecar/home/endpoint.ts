import { readFileSync, rmSync } from 'node:fs';
import type { HomePaths } from './paths.ts';
import { writeWhole } from './write-whole.ts';

export type Endpoint = { port: number; token: string };

/** What `sidecar.json` says: for people and `doctor`; hooks read `endpoint` only. */
export type SidecarRecord = {
  pid: number;
  processStart: string | null;
  bootId: string | null;
  version: string;
  port: number;
  instance: string;
  startedAt: string;
};

const ENDPOINT_LINE = /^(\d{1,5}) ([A-Za-z0-9_-]{16,128})\n?$/;

/** Null where there is none or where the file holds anything else than one `PORT TOKEN` line. */
export function readEndpoint(home: HomePaths): Endpoint | null {
  let text: string;
  try {
    text = readFileSync(home.endpoint, 'utf8');
  } catch {
    return null; // No file, or one that cannot be read: either way there is nobody to talk to.
  }
  const match = ENDPOINT_LINE.exec(text);
  const port = Number(match?.[1]);
  return match?.[2] && port > 0 && port < 65536 ? { port, token: match[2] } : null;
}

export function publishEndpoint(home: HomePaths, { port, token }: Endpoint, record: SidecarRecord): void {
  writeWhole(home.sidecar, `${JSON.stringify(record, null, 2)}\n`);
  // Last, and atomic: a hook sees the old line or the new one, and a line means that somebody listens.
  writeWhole(home.endpoint, `${port} ${token}\n`);
}

export function withdrawEndpoint(home: HomePaths): void {
  rmSync(home.endpoint, { force: true });
  rmSync(home.sidecar, { force: true });
}

export function readSidecarRecord(home: HomePaths): SidecarRecord | null {
  try {
    return JSON.parse(readFileSync(home.sidecar, 'utf8')) as SidecarRecord;
  } catch {
    return null; // It only repeats what /health says; without it that is asked instead.
  }
}
