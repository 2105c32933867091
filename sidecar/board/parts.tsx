import { basename } from 'node:path';
import type { Child, PropsWithChildren } from 'hono/jsx';

/** Beside each colour stands its word: who cannot tell the colours reads the same page. */
export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'idle';

export function State({ tone, children }: PropsWithChildren<{ tone: Tone }>) {
  return <span class={`state ${tone}`}>{children}</span>;
}

/** Relative, and the exact one where somebody points at it. The script keeps it true while the page stands. */
export function When({ at, now }: { at: string | null; now: Date }) {
  if (at === null) return <span>–</span>;
  return (
    <time datetime={at} title={exact(at)} data-when>
      {relative(at, now)}
    </time>
  );
}

export function Project({ path }: { path: string | null }) {
  if (path === null) return <span class="soft">no project</span>;
  return (
    <span class="project" title={path}>
      {basename(path) || path}
    </span>
  );
}

type SectionProps = PropsWithChildren<{ id: string; title: string; summary: Child }>;

/** One view. The script replaces it as a whole, so whatever is to live on in it has an id. */
export function Section({ id, title, summary, children }: SectionProps) {
  return (
    <section id={id} data-part aria-labelledby={`${id}-title`}>
      <header>
        <h2 id={`${id}-title`}>{title}</h2>
        <p>{summary}</p>
      </header>
      {children}
    </section>
  );
}

/** What to do, where there is nothing to see. */
export function Empty({ children }: PropsWithChildren) {
  return <p class="empty">{children}</p>;
}

/** Facts of one row, on a line of their own; what is not there leaves no gap. */
export function Facts({ of }: { of: (Child | null | false)[] }) {
  const there = of.filter((fact) => fact !== null && fact !== undefined && fact !== false && fact !== '');
  if (there.length === 0) return null;
  return (
    <p class="facts">
      {there.map((fact) => (
        <span>{fact}</span>
      ))}
    </p>
  );
}

/** A sentence of ours for a person, with `commands` in it. */
export function Prose({ text }: { text: string }) {
  return (
    <>
      {cut(text, 400)
        .split('`')
        .map((part, index) => (index % 2 === 1 ? <code>{part}</code> : part))}
    </>
  );
}

/** Under a list that shows some: the way to the rest. */
export function More({ list, shown, total }: { list: string; shown: number; total: number }) {
  if (total <= shown) return null;
  return (
    <p class="more">
      <a href={`/?list=${list}`}>
        All {total.toLocaleString('en')} {NAMES[list] ?? 'rows'}
      </a>
    </p>
  );
}

export const NAMES: Record<string, string> = {
  sessions: 'sessions',
  open: 'open promises',
  kept: 'kept promises',
  dropped: 'dropped promises',
  contradicted: 'contradicted claims',
  runs: 'runs',
  queue: 'queue entries',
  guards: 'guards',
};

/** On one line, and cut where it is longer. */
export function cut(text: string, longest = 240): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= longest) return line;
  return `${line.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

export function usd(amount: number): string {
  return `${amount.toFixed(2)} USD`;
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}

/** The script has the same words: `board.js`. */
function relative(at: string, now: Date): string {
  const seconds = Math.round((now.getTime() - Date.parse(at)) / 1000);
  const size = Math.abs(seconds);
  const words =
    size < 60
      ? `${size} s`
      : size < 3600
        ? `${Math.floor(size / 60)} min`
        : size < 86_400
          ? `${Math.floor(size / 3600)} h`
          : `${Math.floor(size / 86_400)} d`;
  return seconds < 0 ? `in ${words}` : `${words} ago`;
}

export function exact(at: string): string {
  return new Date(at).toLocaleString('sv', { timeZoneName: 'short' });
}
