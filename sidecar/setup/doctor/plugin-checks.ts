import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HOOK_ENTRIES } from '../../registration/index.ts';
import type { Plugin } from '../find-plugin.ts';
import { isObject } from '../settings-text.ts';
import { bad, type Check, good } from './check.ts';
import type { Registered } from './registration-checks.ts';

/** What the plugin registers, by its own file: the client reads that and no settings entry. */
export function registeredBy({ folder }: Plugin): Registered[] {
  if (folder === null) return [];
  const file = join(folder, 'hooks', 'hooks.json');
  if (!existsSync(file)) return [];
  const { hooks } = JSON.parse(readFileSync(file, 'utf8')) as { hooks?: Record<string, unknown> };
  return HOOK_ENTRIES.flatMap(({ event }) =>
    commandsOf(hooks?.[event]).map((command) => ({
      event,
      file,
      command,
      source: 'plugin' as const,
      env: { CLAUDE_PLUGIN_ROOT: folder },
    })),
  );
}

/** `settings`: what the settings files register, for what both do comes twice. */
export function checkPlugin(plugin: Plugin, settings: Registered[]): Check[] {
  const { id, file, folder } = plugin;
  const registered = registeredBy(plugin);
  if (folder === null || registered.length === 0) {
    const hint = `Run: claude plugin install ${id}, or take it out of ${file}.`;
    return [bad('plugin', `${id} is switched on in ${file} and is not installed`, hint)];
  }
  const missing = HOOK_ENTRIES.filter(({ event }) => !registered.some((hook) => hook.event === event));
  if (missing.length > 0) {
    const events = missing.map(({ event }) => event).join(', ');
    return [
      bad('plugin', `${id} in ${folder} does not register ${events}`, `Run: claude plugin update ${id}`),
    ];
  }
  const place = good('plugin', `${id} in ${folder}`);
  if (settings.length === 0) return [place];
  const files = [...new Set(settings.map((hook) => hook.file))].join(', ');
  const twice = `the hooks are registered by ${id} and in ${files}: each event comes twice, and the second is kept as a duplicate that has no effect`;
  return [
    place,
    bad(
      'registered.twice',
      twice,
      `Keep one: run \`holdfast uninstall\` here, or claude plugin uninstall ${id}.`,
    ),
  ];
}

function commandsOf(groups: unknown): string[] {
  return (Array.isArray(groups) ? groups : [])
    .flatMap((group) => (isObject(group) && Array.isArray(group.hooks) ? group.hooks : []))
    .flatMap((hook: unknown) => (isObject(hook) && typeof hook.command === 'string' ? [hook.command] : []));
}
