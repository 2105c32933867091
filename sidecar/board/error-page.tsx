import { createHash } from 'node:crypto';
import { raw } from 'hono/html';
import type { HoldfastError } from '../errors/index.ts';

const STYLE = `
:root { color-scheme: light dark; }
body { font: 1rem/1.6 system-ui, sans-serif; max-width: 36rem; margin: 20vh auto; padding: 0 1.5rem; }
code { font-family: ui-monospace, monospace; }
`;

/** It loads nothing: whoever sees it may load nothing. */
export const ERROR_PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; frame-ancestors 'none'`;

/** A failure for somebody who opened a page, and not for a program. */
export function errorPage({ message, hint }: Pick<HoldfastError, 'message' | 'hint'>): string {
  const page = (
    <Frame title="Holdfast">
      <p>{message}</p>
      <p>{hint}</p>
    </Frame>
  );
  return `<!doctype html>${page}`;
}

/**
 * After a link that another site's page opened: of a redirect the browser thinks as of that site, and a strict
 * cookie would not come along. What this page opens by itself is its own.
 */
export function onwardPage(): string {
  const page = (
    <Frame title="Holdfast" refresh>
      <p>
        <a href="/">To the board</a>
      </p>
    </Frame>
  );
  return `<!doctype html>${page}`;
}

function Frame({
  title,
  refresh = false,
  children,
}: {
  title: string;
  refresh?: boolean;
  children?: unknown;
}) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        {refresh && <meta http-equiv="refresh" content="0; url=/" />}
        <title>{title}</title>
        <style>{raw(STYLE)}</style>
      </head>
      <body>
        <main>
          <h1>{title}</h1>
          {children}
        </main>
      </body>
    </html>
  );
}
