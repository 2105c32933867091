import { CONFIG_KEYS, type ConfigKey } from '../../sidecar/home/index.ts';

const SWITCHES = CONFIG_KEYS.filter((entry: ConfigKey) => 'afterInit' in entry) as ConfigKey[];

/** What `init` leaves in an empty `config.json`. */
export const AFTER_INIT = SWITCHES.reduce<Record<string, unknown>>((config, { key, afterInit }) => {
  const names = key.split('.');
  const last = names.pop() ?? '';
  let group = config;
  for (const name of names) {
    group[name] ??= {};
    group = group[name] as Record<string, unknown>;
  }
  group[last] = afterInit;
  return config;
}, {});
