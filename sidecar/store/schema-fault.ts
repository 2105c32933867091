import { readMigrations } from './migrate.ts';
import type { Store } from './store.ts';

type Applied = { number: number; checksum: string };

/** Tells whether the ledger has the form that this version was written for. Newer forms that break nothing have it. */
export function schemaFault({ db }: Store, known: Applied[] = readMigrations()): () => string | null {
  const applied = db.prepare<[], Applied>('SELECT number, checksum FROM migrations');
  return () => {
    const rows = applied.all();
    const lacking = known.filter(
      ({ number, checksum }) => !rows.some((row) => row.number === number && row.checksum === checksum),
    );
    if (lacking.length === 0) return null;
    return `The ledger lacks ${lacking.map(({ number }) => `migration ${number}`).join(', ')}.`;
  };
}
