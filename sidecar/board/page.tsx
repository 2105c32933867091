import type { Child } from 'hono/jsx';
import { VERSION } from '../machine/index.ts';
import { Guards, isLoud } from './guards.tsx';
import { Now, readNow } from './now.tsx';
import { ResumeQueue } from './queue.tsx';
import { readRuns } from './read-runs.ts';
import { readWord } from './read-word.ts';
import { Runs } from './runs.tsx';
import type { BoardSources, OneList } from './sources.ts';
import { Word } from './word.tsx';

const VIEW_OF: Record<OneList['name'], string> = {
  sessions: 'now',
  open: 'word',
  kept: 'word',
  dropped: 'word',
  contradicted: 'word',
  runs: 'runs',
  queue: 'queue',
  guards: 'guards',
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const UNREADABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

type View = { id: string; label: string; loud?: boolean; body: () => Child };

/** The whole board as it is now, or one list of it in full. */
export async function boardPage(sources: BoardSources, one: OneList | null): Promise<string> {
  const now = (sources.now ?? (() => new Date()))();
  // Before anything is read: what changes meanwhile comes once more by the stream.
  const seq = sources.lastChange();
  const views = (await readViews(sources, one, now)).filter(({ id }) => !one || id === VIEW_OF[one.name]);
  const items = sources.attention?.().items.filter(({ status }) => status === 'open') ?? [];
  const page = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Holdfast</title>
        <link rel="icon" href="/board.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/board.css" />
        <script src="/board.js" defer></script>
      </head>
      <body data-seq={String(seq)} data-version={VERSION}>
        <header class="top">
          <h1>
            <a href="/">Holdfast</a>
          </h1>
          <p id="connection" class="state idle" role="status">
            not live
          </p>
          <nav id="views" data-part aria-label="Views">
            {views.map(({ id, label, loud }) => (
              <a href={`#${id}`} class={loud ? 'loud' : undefined}>
                {id} <span>{label}</span>
              </a>
            ))}
          </nav>
        </header>
        <p id="notices" data-part>
          {one === null && items.length > 0 && (
            <a href="#guards" class="notice">
              {items.length === 1 ? items[0]?.title : `${items.length} things need you`}{' '}
              <span>to the guards</span>
            </a>
          )}
        </p>
        <p id="said" role="alert" hidden></p>
        <main>{views.map(({ body }) => body())}</main>
        <footer>
          <p>Holdfast {VERSION}. This page is served by your own machine and asks nobody else.</p>
          <noscript>Without its script this page shows the moment at which it was loaded.</noscript>
        </footer>
      </body>
    </html>
  );
  return `<!doctype html>${readableText(String(page))}`;
}

async function readViews(sources: BoardSources, one: OneList | null, now: Date): Promise<View[]> {
  const isWanted = (view: string) => one === null || VIEW_OF[one.name] === view;
  const views: View[] = [];
  if (isWanted('now')) {
    const data = await readNow(sources, one);
    views.push({
      id: 'now',
      label: `${data.live} live`,
      body: () => <Now data={data} now={now} one={one} />,
    });
  }
  if (isWanted('word')) {
    const data = readWord(sources, one, now);
    const label = `${data.counts.open} open`;
    views.push({ id: 'word', label, body: () => <Word data={data} now={now} one={one} /> });
  }
  if (isWanted('runs')) {
    const data = readRuns(sources, one);
    views.push({
      id: 'runs',
      label: `${data.live} going`,
      body: () => <Runs data={data} now={now} one={one} />,
    });
  }
  if (isWanted('queue') && sources.queue) {
    const queue = sources.queue();
    const waiting = queue.entries.filter(({ state }) => state === 'queued' || state === 'starting').length;
    const label = queue.disabledReason === null ? `${waiting} waiting` : 'disabled';
    const loud = queue.disabledReason !== null;
    views.push({ id: 'queue', label, loud, body: () => <ResumeQueue queue={queue} now={now} one={one} /> });
  }
  if (isWanted('guards') && sources.guards) {
    const { guards } = sources.guards();
    const items = sources.attention?.().items ?? [];
    const loud = guards.filter(isLoud).length;
    const body = () => <Guards guards={guards} items={items} now={now} one={one} />;
    views.push({ id: 'guards', label: loud === 0 ? 'calm' : `${loud} loud`, loud: loud > 0, body });
  }
  return views;
}

/**
 * Over the whole page and not where each text is put in: a control character is no HTML, and a mark that turns
 * the writing round would reorder what follows it. The markup itself has none.
 */
function readableText(html: string): string {
  return html.replace(UNREADABLE, '·');
}
