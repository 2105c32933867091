import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { type Endpoint, readEndpoint } from '../../sidecar/home/index.ts';
import { startRealSidecar } from '../kit/real-sidecar.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { event } from './hook-cost.ts';
import { atLeast, byTurns, type Figure, median, timed } from './measure.ts';

const EVENTS = 6_000;
const CONNECTIONS = 16;
const ROUNDS = 5;

/** Durable events a second through HTTP, against bare inserts of the same rows, one a transaction. */
export async function intakeRate(): Promise<Figure[]> {
  const { home, folder, remove } = temporaryHome();
  const sidecar = await startRealSidecar(home);
  const endpoint = readEndpoint(home);
  if (!endpoint) throw new Error('there is no endpoint');
  const bare = bareTable(join(folder, 'bare.db'));
  try {
    await post(endpoint, EVENTS);
    const [http = [], inserts = []] = await byTurns(ROUNDS, [
      () => timed(() => post(endpoint, EVENTS)),
      () => timed(() => bare.insert(EVENTS)),
    ]);
    const rate = (times: number[]) => (EVENTS / median(times)) * 1000;
    const { body } = await sidecar.api<string>('/metrics');
    const resident = Number(/holdfast_resident_bytes (\d+)/.exec(body)?.[1]) / 1e6;
    return [
      atLeast(
        `durable intake over ${CONNECTIONS} connections / bare inserts`,
        rate(http) / rate(inserts),
        0.7,
        `${Math.round(rate(http))} events/s, ${Math.round(rate(inserts))} inserts/s`,
      ),
      {
        name: 'resident memory / 120 MB',
        ratio: resident / 120,
        limit: 'at most 1',
        ok: resident <= 120,
        detail: `${resident.toFixed(0)} MB after ${EVENTS * (ROUNDS + 1)} events`,
      },
    ];
  } finally {
    bare.close();
    await sidecar.stop();
    remove();
  }
}

/** The same columns and the same two indexes in use, the same pragmas; no change log, no masking, no HTTP. */
function bareTable(file: string) {
  const db = new Sqlite(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec(`CREATE TABLE events (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE, event TEXT, session_id TEXT,
    agent_id TEXT, tool_name TEXT, tool_use_id TEXT, source TEXT, via TEXT, at TEXT, received_at TEXT, outcome TEXT,
    detail TEXT, body_bytes INTEGER, body_hash TEXT, body TEXT);
    CREATE INDEX by_session ON events (session_id, seq);`);
  const insert =
    db.prepare(`INSERT INTO events (id, event, session_id, tool_name, tool_use_id, source, via, at,
    received_at, outcome, body_bytes, body_hash, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  let count = 0;
  return {
    insert: (rows: number) => {
      for (let i = 0; i < rows; i++) {
        const body = event(count++);
        const now = new Date().toISOString();
        const id = randomUUID();
        const hash = 'z'.repeat(44);
        insert.run(
          id,
          'PostToolUse',
          'bench',
          'Bash',
          `t${count}`,
          'settings',
          'live',
          now,
          now,
          'applied',
          2000,
          hash,
          body,
        );
      }
    },
    close: () => db.close(),
  };
}

let sent = 0;

/** Keep-alive connections, each with its next request as soon as the last one is answered. */
function post({ port, token }: Endpoint, events: number): Promise<void> {
  let begun = 0;
  let answered = 0;
  return new Promise((resolve, reject) => {
    for (let i = 0; i < CONNECTIONS; i++) {
      const socket = connect(port, '127.0.0.1');
      socket.setEncoding('latin1').on('error', reject);
      let reply = '';
      const next = () => {
        if (begun++ >= events) return void socket.end();
        const body = event(1_000_000 + sent++);
        socket.write(
          `POST /hook/PostToolUse HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\nx-holdfast-event: ${randomUUID()}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
        );
      };
      socket.on('data', (part) => {
        reply += part;
        if (!reply.endsWith('\r\n\r\n{}')) return;
        if (!reply.startsWith('HTTP/1.1 200')) return reject(new Error(reply));
        reply = '';
        if (++answered === events) resolve();
        next();
      });
      next();
    }
  });
}
