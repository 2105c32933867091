/** The table of the comparison is the product of both sides; above this the whole middle is shown as new. */
const MOST_CELLS = 4_000_000;
const CONTEXT = 3;

type Line = { sign: ' ' | '-' | '+'; text: string };

/** A unified diff to be read, not to be applied; empty where nothing differs. */
export function lineDiff(file: string, before: string | null, after: string | null): string {
  if (before === after) return '';
  const hunks = hunksOf(compare(linesOf(before), linesOf(after)));
  return [
    `--- ${before === null ? '/dev/null' : file}`,
    `+++ ${after === null ? '/dev/null' : file}`,
    ...hunks,
  ]
    .join('\n')
    .concat('\n');
}

function linesOf(text: string | null): string[] {
  if (text === null || text === '') return [];
  return text.replace(/(?:\r\n|\n|\r)$/, '').split(/\r\n|\n|\r/);
}

function compare(before: string[], after: string[]): Line[] {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const kept = (text: string): Line => ({ sign: ' ', text });
  return [
    ...before.slice(0, head).map(kept),
    ...middle(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...before.slice(before.length - tail).map(kept),
  ];
}

/** By the longest common subsequence; `common[i][j]` is its length from line i and line j on. */
function middle(before: string[], after: string[]): Line[] {
  const width = after.length + 1;
  const comparable = (before.length + 1) * width <= MOST_CELLS;
  const common = new Uint32Array(comparable ? (before.length + 1) * width : 0);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = before.length - 1; comparable && i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      common[i * width + j] =
        before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: Line[] = [];
  for (let i = 0, j = 0; i < before.length || j < after.length; ) {
    const [old, fresh] = [before[i], after[j]];
    if (comparable && old !== undefined && old === fresh) {
      lines.push({ sign: ' ', text: old });
      i++;
      j++;
    } else if (old !== undefined && (fresh === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ sign: '-', text: old });
      i++;
    } else {
      lines.push({ sign: '+', text: fresh ?? '' });
      j++;
    }
  }
  return lines;
}

function hunksOf(lines: Line[]): string[] {
  const shown = new Set<number>();
  lines.forEach(({ sign }, index) => {
    for (let near = index - CONTEXT; sign !== ' ' && near <= index + CONTEXT; near++) shown.add(near);
  });
  const printed: string[] = [];
  let [oldLine, newLine] = [1, 1];
  lines.forEach(({ sign, text }, index) => {
    if (shown.has(index)) {
      if (!shown.has(index - 1) || index === 0) printed.push(`@@ -${oldLine} +${newLine} @@`);
      printed.push(sign + text);
    }
    if (sign !== '+') oldLine++;
    if (sign !== '-') newLine++;
  });
  return printed;
}
