import { onTestFinished } from 'vitest';
import { ensureHome } from '../../../sidecar/home/index.ts';
import { type MigrationReport, migrationSteps, type StepsOptions } from '../../../sidecar/setup/index.ts';
import { runMigration } from '../../../sidecar/setup/migrate/run.ts';
import { openStore, type Upgrade, upgradesOf } from '../../../sidecar/store/index.ts';
import type { World } from '../world.ts';

export type UpgradeOptions = Partial<
  Pick<StepsOptions, 'version' | 'byHand' | 'source' | 'words' | 'notices' | 'more' | 'reached'>
>;

/** What the sidecar does at its first start with a new version, or when somebody asks it to. */
export async function upgrade(
  { home, env, source }: Pick<World, 'home' | 'env' | 'source'>,
  { version = '99.0.0', byHand = false, reached, ...rest }: UpgradeOptions = {},
): Promise<MigrationReport & { after: Upgrade }> {
  ensureHome(home);
  const store = openStore({ home });
  onTestFinished(() => store.close());
  try {
    const upgrades = upgradesOf(store);
    const schema = upgrades.schema(version);
    const steps = migrationSteps({ home, env, source, version, byHand, schema, reached, ...rest });
    const report = await runMigration({ steps, upgrades, version, byHand, reached });
    return { ...report, after: upgrades.of(version) };
  } finally {
    store.close();
  }
}
