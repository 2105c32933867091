/** Text that is HTML already. Everything else is escaped on its way into `html`. */
export type Html = { html: string };

type Part = string | number | Html | Html[];

/** A template whose values cannot break out of it: sentences come from transcripts, which anybody may have fed. */
export function html(fixed: TemplateStringsArray, ...parts: Part[]): Html {
  return { html: fixed.map((text, index) => text + shown(parts[index] ?? '')).join('') };
}

function shown(part: Part): string {
  if (Array.isArray(part)) return part.map((one) => one.html).join('');
  return typeof part === 'object' ? part.html : escaped(String(part));
}

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return (
    text
      // A control character is no HTML, and a mark that turns the writing round would reorder what follows.
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '·')
      .replace(/[&<>"']/g, (char) => ESCAPES[char] ?? char)
  );
}
