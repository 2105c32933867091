import { createHash } from 'node:crypto';

/** The parts of an OpenAPI document that the page shows. */
export type Described = {
  info: { title: string; version: string };
  paths?: Record<string, Record<string, Operation>>;
};
type Operation = {
  summary?: string;
  parameters?: { name: string; in: string; required?: boolean; description?: string }[];
  requestBody?: unknown;
  responses?: Record<string, { description?: string }>;
};

const STYLE = `
  :root { color-scheme: light dark; }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
  section { border-top: 1px solid #8886; padding: .5rem 0 1rem; }
  h2 { font-size: 1rem; margin: .5rem 0; } code, pre { font-family: ui-monospace, monospace; }
  pre { overflow-x: auto; background: #8882; padding: .5rem; } dt { float: left; min-width: 9rem; }
`;

/** The page needs no script and nothing from elsewhere; its one style is named by its hash. */
export const API_PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

/** The OpenAPI document, for reading. */
export function apiPage(document: Described): string {
  const sections = Object.entries(document.paths ?? {}).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => section(method, path, operation)),
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(document.info.title)} API</title><style>${STYLE}</style>
<h1>${escaped(document.info.title)} ${escaped(document.info.version)}</h1>
<p>Every route but <code>/health</code> and the one-time link wants <code>Authorization: Bearer TOKEN</code>, the
second word of the home's <code>endpoint</code> file, or the board's cookie. Schemas are in <a href="/openapi.json">openapi.json</a>.</p>
${sections.join('\n')}</html>`;
}

function section(method: string, path: string, operation: Operation): string {
  const parameters = (operation.parameters ?? []).map(
    ({ name, in: place, required, description }) =>
      `<dt><code>${escaped(name)}</code></dt><dd>${place}${required ? ', required' : ''}${
        description ? `: ${escaped(description)}` : ''
      }</dd>`,
  );
  const answers = Object.entries(operation.responses ?? {}).map(
    ([status, { description }]) => `<dt>${status}</dt><dd>${escaped(description ?? '')}</dd>`,
  );
  return `<section><h2><code>${method.toUpperCase()} ${escaped(path)}</code></h2>
<p>${escaped(operation.summary ?? '')}</p>
${parameters.length > 0 ? `<dl>${parameters.join('')}</dl>` : ''}
${operation.requestBody ? '<p>Takes a JSON body.</p>' : ''}<dl>${answers.join('')}</dl></section>`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
