import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../sidecar/machine/index.ts';
import { commandHook, HOOK_ENTRIES } from '../../sidecar/registration/index.ts';

type PackageFile = {
  version: string;
  description: string;
  license: string;
  author: string;
  keywords: string[];
};

/** As the settings have it: the home that they find when they run. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: shell, not a template
const HOME = '"${HOLDFAST_HOME:-$HOME/.holdfast}"';
// biome-ignore lint/suspicious/noTemplateCurlyInString: shell, not a template
const PLUGIN = 'HOLDFAST_SOURCE=plugin "${CLAUDE_PLUGIN_ROOT}"';

/**
 * Every file of the plugin and of the marketplace that points to it, by its path in the package: made from
 * the table of the settings entries, the scripts, and package.json.
 */
export function pluginFiles(): Map<string, string> {
  const { version, description, license, author, keywords } = JSON.parse(
    readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8'),
  ) as PackageFile;
  const plugin = {
    name: 'holdfast',
    version,
    description,
    author: { name: author },
    license,
    keywords,
  };
  const marketplace = {
    name: 'holdfast',
    owner: { name: author },
    description: 'Holdfast for Claude Code',
    plugins: [{ name: 'holdfast', source: './templates/plugin', description }],
  };
  const scripts = join(PACKAGE_ROOT, 'hooks');
  const needed = (name: string) =>
    name.startsWith('lib') || HOOK_ENTRIES.some(({ script }) => script === name);
  return new Map([
    ['.claude-plugin/marketplace.json', asText(marketplace)],
    ['templates/plugin/.claude-plugin/plugin.json', asText(plugin)],
    ['templates/plugin/hooks/hooks.json', asText({ hooks: hooks() })],
    ...readdirSync(scripts)
      .filter(needed)
      .map((name) => [`templates/plugin/hooks/${name}`, readFileSync(join(scripts, name), 'utf8')] as const),
  ]);
}

function hooks(): Record<string, unknown> {
  return Object.fromEntries(
    HOOK_ENTRIES.map((entry) => {
      const hook = commandHook(entry);
      if (!hook.command.startsWith(HOME)) throw new Error(`no home in ${hook.command}`);
      return [entry.event, [{ hooks: [{ ...hook, command: hook.command.replace(HOME, () => PLUGIN) }] }]];
    }),
  );
}

const asText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
