import { type InstallRecord, textBefore } from './installs.ts';
import type { PlanOptions } from './plan-registration.ts';
import { planRemoval } from './plan-removal.ts';

/** What is left of a settings file once our entries are out; null: nothing, and the file itself was ours. */
export function withoutUs(
  text: string | null,
  record: InstallRecord | undefined,
  options: PlanOptions,
): string | null {
  if (text === null) return null;
  const before = record ? textBefore(record) : null;
  const rest = planRemoval(text, { ...options, before });
  const madeByUs = record !== undefined && before === null;
  return madeByUs && rest.changed && /^\s*\{\s*\}\s*$/.test(rest.text) ? null : rest.text;
}
