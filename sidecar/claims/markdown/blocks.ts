/** A piece of the message that can speak. Offsets are the message's own. */
export type Block = {
  start: number;
  end: number;
  kind: 'paragraph' | 'item' | 'row';
  /** The index of the paragraph that ends in a colon and introduces this item. */
  lead: number | null;
  /** "- [ ] deploy", "- ⏳ deploy": nothing in it is done. */
  isPending: boolean;
  /** The nearest heading above. */
  heading: string;
};

type Line = { start: number; end: number; text: string };

const FENCE = /^ {0,12}(?:[-*+] |\d{1,3}[.)] )?(`{3,}|~{3,})/;
const QUOTE = /^ {0,12}(?:[-*+] |\d{1,3}[.)] )?>/;
const HEADING = /^ {0,3}#{1,6}(?:[ \t]|$)/;
const UNDERLINE = /^ {0,3}(?:=+|-{2,}) {0,8}$/;
const RULE = /^ {0,3}(?:(?:\*[ \t]{0,3}){3,20}|(?:-[ \t]{0,3}){3,20}|(?:_[ \t]{0,3}){3,20})$/;
const ITEM = /^[ \t]{0,40}(?:[-*+•–—]|\(?(?:\d{1,3}|[a-zA-Z])[.)])[ \t]{1,8}(?:\[[ xX]\][ \t]{1,4})?/;
const PENDING = /^[ \t]*[-*+•–—\d.)]{1,4}[ \t]+(?:\[ \]|[❌⏳🔄⬜☐🚧🔜⏸✗✘🔲])/u;
const ROW = /^[ \t]{0,12}\|/;

const BOLD_LINE = /^[ \t]{0,8}[^\p{L}\p{N}*_]{0,6}(\*\*|__)([^*_]{1,120})\1[ \t:]{0,4}$/u;

/** The blocks of a message in reading order. Fences, block quotes, headings and indented code are not among them. */
export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let fence = '';
  let heading = '';
  let quoted = false;
  let open: Block | null = null;
  let lead: number | null = null;
  let blankBefore = true;
  for (const line of linesOf(text)) {
    const mark = FENCE.exec(line.text)?.[1] ?? '';
    if (fence !== '') {
      if (mark.startsWith(fence)) fence = '';
      open = null;
      continue;
    }
    if (mark !== '') {
      fence = mark;
      open = null;
      continue;
    }
    if (line.text.trim() === '') {
      open = null;
      quoted = false;
      blankBefore = true;
      continue;
    }
    const item = ITEM.exec(line.text);
    if (QUOTE.test(line.text)) {
      quoted = true;
      open = null;
      continue;
    }
    if (quoted && !item && !HEADING.test(line.text)) continue; // A paragraph goes on inside its quotation.
    quoted = false;
    if (UNDERLINE.test(line.text) && open?.kind === 'paragraph') {
      heading = text.slice(open.start, open.end);
      blocks.pop();
      open = null;
      continue;
    }
    if (RULE.test(line.text)) {
      open = null;
      continue;
    }
    const title = headingOf(line.text);
    if (title !== null) {
      heading = title;
      lead = null;
      open = null;
    } else if (ROW.test(line.text)) {
      open = null;
      if (!isDelimiter(line.text)) blocks.push(rowOf(line, heading));
      else if (blocks.at(-1)?.kind === 'row') blocks.pop(); // The head of a table.
    } else if (item && !RULE.test(line.text)) {
      open = {
        start: line.start + item[0].length,
        end: line.end,
        kind: 'item',
        isPending: PENDING.test(line.text),
        lead,
        heading,
      };
      blocks.push(open);
    } else if (open && !isNewSpeech(open, line, text)) {
      open.end = line.end;
      if (open.kind === 'paragraph' && endsInColon(line.text)) lead = blocks.length - 1;
    } else if (blankBefore && /^(?: {4}|\t)/.test(line.text) && open === null && !isInList(blocks)) {
      continue; // Indented code.
    } else {
      const inList = /^[ \t]{2}/.test(line.text) && isInList(blocks);
      open = { start: line.start, end: line.end, kind: 'paragraph', isPending: false, lead: null, heading };
      blocks.push(open);
      if (!inList) lead = endsInColon(line.text) ? blocks.length - 1 : null;
    }
    blankBefore = false;
  }
  return blocks;
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const part of text.split('\n')) {
    lines.push({
      start,
      end: start + part.length,
      text: part.length > 4000 ? part : part.replace(/\r$/, ''),
    });
    start += part.length + 1;
  }
  return lines;
}

/** `## Title`, or a short line that is bold from end to end and is no sentence. */
function headingOf(line: string): string | null {
  if (HEADING.test(line)) return line;
  const bold = line.length < 160 ? (BOLD_LINE.exec(line)?.[2] ?? '') : '';
  return bold === '' || /[.!?…]\s*$/.test(bold) ? null : bold;
}

/** The line below the head of a table. */
function isDelimiter(row: string): boolean {
  return row.includes('-') && /^[\s|:-]*$/.test(row);
}

function rowOf({ start, end }: Line, heading: string): Block {
  return { start, end, kind: 'row', isPending: false, lead: null, heading };
}

/** Agents end a line where they end a thought; only a long line is wrapped. */
function isNewSpeech(open: Block, line: Line, text: string): boolean {
  if (!/^\s*(?:\*\*)?[^\sa-z(,;:&–—-]/.test(line.text)) return false;
  const before = text.lastIndexOf('\n', line.start - 2) + 1;
  return (
    line.start - Math.max(before, open.start) < 60 ||
    /[.!?:…`)*]\s*$/.test(text.slice(line.start - 4, line.start))
  );
}

function isInList(blocks: Block[]): boolean {
  return blocks.at(-1)?.kind === 'item';
}

function endsInColon(line: string): boolean {
  return /:[*_\s]{0,6}$/.test(line.slice(-8));
}
