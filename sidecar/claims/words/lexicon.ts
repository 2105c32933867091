import { ACTIONS, type Action } from './actions.ts';
import { type Form, formsOf } from './forms.ts';

export type Reading = { word: string; forms: ReadonlySet<Form> };

const READINGS = readings();
const MEANINGS = grouped();

/** What a spelling can be, or undefined where it is no word of an action. */
export function readingOf(spelling: string): Reading | undefined {
  return READINGS.get(spelling);
}

export function meaningsOf(word: string): readonly Action[] {
  return MEANINGS.get(word) ?? [];
}

/** Every spelling of every word of an action, for the prefilter. */
export function spellings(): string[] {
  return [...READINGS.keys()];
}

function readings(): Map<string, Reading> {
  const found = new Map<string, { word: string; forms: Set<Form> }>();
  for (const word of new Set(ACTIONS.map((action) => action.word))) {
    for (const [spelling, form] of formsOf(word)) {
      const known = found.get(spelling);
      if (known) known.forms.add(form);
      else found.set(spelling, { word, forms: new Set([form]) });
    }
  }
  return found;
}

/** Node 20 has no Map.groupBy. */
function grouped(): Map<string, Action[]> {
  const found = new Map<string, Action[]>();
  for (const action of ACTIONS) found.set(action.word, [...(found.get(action.word) ?? []), action]);
  return found;
}
