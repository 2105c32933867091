const DOCUMENTATION =
  /\.(?:md|mdx|markdown|rst|txt|adoc|asciidoc|org|tex|pdf|log|png|jpe?g|gif|svg)$|(?:^|\/)(?:docs?|documentation|adrs?|LICENSE|COPYING|NOTICE|CHANGELOG|README|AUTHORS|CONTRIBUTING|to-?do|NOTES)(?:$|\/|\.)/i;

/** Outside the project, or written by tools and not by hand. */
const NOT_SOURCE =
  /^(?:\/tmp\/|\/var\/|\/dev\/|\$TMP|\$\{?TMPDIR|~\/\.|\/(?:home|Users)\/[^/]+\/\.)|(?:^|\/)(?:node_modules|dist|build|out|target|coverage|\.git|\.claude|tmp|logs?)\/|\.(?:log|out|pid|tmp|bak)$/;

/** A file whose change makes stale what was tested or built before. */
export function isCode(file: string): boolean {
  return file !== '' && !DOCUMENTATION.test(file) && !NOT_SOURCE.test(file);
}

const KINDS: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /(?:^|[/._-])(?:tests?|specs?|__tests__|e2e)(?:[/._-]|$)|_test\.\w+$|(?:Test|Spec|Tests)\.\w+$/,
    ['test', 'spec', 'suite'],
  ],
  [/(?:^|\/)readme/i, ['readme', 'doc']],
  [/(?:^|\/)(?:changelog|changes|history|news|\.changeset)/i, ['changelog', 'doc', 'note', 'changeset']],
  [/(?:^|\/)adrs?\//i, ['adr', 'record']],
  [
    /\.(?:md|mdx|rst|adoc|markdown|txt)$|(?:^|\/)docs?\//i,
    ['doc', 'note', 'page', 'guide', 'report', 'plan', 'summary', 'list', 'todo', 'adr', 'spec', 'runbook'],
  ],
  [
    /\.(?:ya?ml|toml|ini|json5?|jsonc|cfg|conf|properties|env)$|\.config\.\w+$|(?:^|\/)(?:config|settings)|(?:^|\/)\.env|(?:^|\/)\.[\w.]*rc(?:\.\w+)?$/i,
    ['config', 'setting', 'option'],
  ],
  [
    /(?:^|\/)(?:Dockerfile|docker-compose|compose\.ya?ml|Containerfile)/i,
    ['dockerfile', 'compose', 'image', 'container'],
  ],
  [
    /(?:^|\/)\.github\/|\.gitlab-ci|Jenkinsfile|\.circleci\/|azure-pipelines/i,
    ['workflow', 'pipeline', 'ci', 'job', 'action'],
  ],
  [/migrations?\/|migrate|alembic|flyway/i, ['migration', 'schema']],
  [/\.(?:sh|bash|zsh|ps1)$|(?:^|\/)(?:scripts?|bin)\//i, ['script', 'hook']],
  [
    /\.(?:s?css|less|sass|styl)$/i,
    ['style', 'stylesheet', 'css', 'padding', 'margin', 'color', 'colour', 'layout'],
  ],
  [/\.(?:tsx|jsx|vue|svelte)$/i, ['component', 'page', 'view', 'hook', 'form', 'button', 'screen']],
  [/\.(?:sql|prisma)$|schema/i, ['schema', 'query', 'table', 'model', 'view']],
  [
    /(?:^|\/)(?:package\.json|Cargo\.toml|go\.mod|pyproject\.toml|requirements[\w-]*\.txt|Gemfile|pom\.xml|build\.gradle(?:\.kts)?|composer\.json)$/,
    ['manifest', 'dependency', 'version', 'package'],
  ],
  [/(?:lock\.(?:json|ya?ml)|\.lock|go\.sum|lockb?)$/, ['lockfile', 'lock']],
  [/(?:^|\/)(?:Makefile|justfile|Rakefile|Taskfile)/i, ['makefile', 'target', 'task']],
  [/\.d\.ts$|(?:^|\/)types?(?:\/|\.)/i, ['type', 'typing', 'definition']],
  [/(?:^|\/)charts?\/|(?:^|\/)values[\w.-]*\.ya?ml$/i, ['helm', 'chart', 'value', 'manifest']],
  [/(?:^|\/)(?:k8s|kubernetes|manifests?)\//i, ['manifest', 'kubernetes', 'deployment']],
  [/\.(?:tf|tfvars|hcl)$/i, ['terraform', 'infrastructure', 'module']],
  [/fixtures?\//i, ['fixture']],
  [/(?:^|\/)(?:locales?|i18n|lang|translations?)\//i, ['translation', 'locale']],
  [/\.ipynb$/i, ['notebook', 'cell']],
  [/(?:^|\/)tsconfig/i, ['typescript']],
  [/\.html?$/i, ['page', 'template', 'markup']],
];

/** Sorts of things that a file is, as people call them. */
export function fileKindsOf(file: string): string[] {
  const found = KINDS.filter(([pattern]) => pattern.test(file)).flatMap(([, kinds]) => kinds);
  return [...new Set([...found, 'file'])];
}

/** Every word that names a sort of file: a claim about one of them is met by such a file alone. */
export const FILE_KINDS: ReadonlySet<string> = new Set(KINDS.flatMap(([, kinds]) => kinds));
