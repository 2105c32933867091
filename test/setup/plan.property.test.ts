import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOOK_ENTRIES, planRegistration, planRemoval } from '../../sidecar/setup/index.ts';

const events = fc.constantFrom(...HOOK_ENTRIES.map(({ event }) => event), 'Notification', 'PreCompact');
const handler = fc.oneof(
  fc.record(
    { type: fc.constant('command'), command: fc.string(), timeout: fc.nat() },
    { requiredKeys: ['type'] },
  ),
  fc.jsonValue({ maxDepth: 1 }),
);
const group = fc.oneof(
  fc.record(
    { matcher: fc.string(), hooks: fc.array(handler, { maxLength: 3 }) },
    { requiredKeys: ['hooks'] },
  ),
  fc.jsonValue({ maxDepth: 1 }),
);
const hooks = fc.dictionary(events, fc.array(group, { maxLength: 3 }), { maxKeys: 5 });
const anything = fc.dictionary(
  fc.string().filter((key) => key !== 'hooks'),
  fc.jsonValue({ maxDepth: 3 }),
  { maxKeys: 5 },
);
const settings = fc.oneof(
  anything,
  fc
    .tuple(anything, hooks, anything)
    .map(([before, inner, after]) => ({ ...before, hooks: inner, ...after })),
);
const indentation = fc.constantFrom<string | number>(0, 1, 2, 3, 4, 8, '\t', '\t\t', ' \t');
const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
const around = fc.constantFrom('', '\n', '\r\n', '  ', '\n\n');

const written = fc
  .tuple(settings, indentation, lineEnd, around, around)
  .map(([value, indent, end, before, after]) => {
    return before + JSON.stringify(value, null, indent).replaceAll('\n', end) + after;
  });

test('registered twice is registered once; the rest keeps its value; what was added comes out again', () => {
  fc.assert(
    fc.property(written, (text) => {
      const registered = planRegistration(text);
      expect(registered.changed).toBe(true);
      expect(planRegistration(registered.text)).toEqual({ text: registered.text, changed: false });

      const removal = planRemoval(registered.text, { before: text });
      expect(removal.removed).toBe(HOOK_ENTRIES.length);
      expect(JSON.stringify(JSON.parse(removal.text))).toBe(JSON.stringify(JSON.parse(text)));
      expect(planRemoval(removal.text)).toEqual({ text: removal.text, changed: false, removed: 0 });
      // JSON.stringify writes empty containers without white space, so that not a byte may differ.
      expect(removal.text).toBe(text);
    }),
    { numRuns: 500 },
  );
});

test('what is not strict JSON is refused, and never by a crash', () => {
  fc.assert(
    fc.property(
      written,
      fc.nat(),
      fc.constantFrom(',', '/', '}', '"', ' ', '\\', '//x\n', '[', '0'),
      (text, at, noise) => {
        const place = at % (text.length + 1);
        const broken = text.slice(0, place) + noise + text.slice(place);
        let valid = true;
        try {
          JSON.parse(broken);
        } catch {
          valid = false;
        }
        if (!valid)
          expect(() => planRegistration(broken)).toThrow(
            expect.objectContaining({ code: 'SETTINGS_UNREADABLE' }),
          );
      },
    ),
    { numRuns: 500 },
  );
});
