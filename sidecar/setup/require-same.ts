import { HoldfastError } from '../errors/index.ts';

/**
 * The last look before a plan leaves: strictly parsed, the text says what was meant, in the same order.
 * It guards against an edit of ours that went wrong, so there is nothing that the person could mend.
 */
export function requireSame(text: string, intended: unknown, file: string): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined; // Reported below, as every other difference.
  }
  if (JSON.stringify(value) === JSON.stringify(intended)) return;
  throw new HoldfastError(
    'INTERNAL',
    `${file}: the planned text does not say what was meant. Nothing was changed.`,
    'Report this with the file; enter the hooks by hand until it is mended.',
    { details: { file } },
  );
}
