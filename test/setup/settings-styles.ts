const OTHER_HOOKS = {
  model: 'opus',
  permissions: { allow: ['Bash(npm test)', 'Read'], deny: [] },
  hooks: {
    Stop: [{ hooks: [{ type: 'command', command: 'say done', timeout: 5 }] }],
    PreToolUse: [
      { matcher: 'Bash', hooks: [{ type: 'command', command: './guard.sh' }] },
      { matcher: 'Edit|Write', hooks: [{ type: 'command', command: '/opt/.claude/hooks/stop.sh' }] },
    ],
    Notification: [{ hooks: [{ type: 'command', command: 'notify-send hi' }] }],
  },
  env: { PATH_LIKE: 'a:b', EMPTY: '' },
};
const PLAIN = { model: 'opus', permissions: { allow: ['Read'] } };

const pretty = (value: unknown, indent: number | string) => JSON.stringify(value, null, indent);
const withCrlf = (text: string) => text.replaceAll('\n', '\r\n');

/** Python's `json.dumps`: one line, with spaces. */
const spaced = (value: unknown) =>
  pretty(value, '\t')
    .replace(/(?<=[[{])\n\t*|\n\t*(?=[\]}])/g, '')
    .replace(/\n\t*/g, ' ');

const huge = {
  ...OTHER_HOOKS,
  allowed: Array.from({ length: 25_000 }, (_, i) => `mcp__server__tool_number_${i}`),
};

function deep(levels: number): unknown {
  let value: unknown = 'bottom';
  for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { down: value };
  return value;
}

/** Settings files as people and programs write them; null: there is no file. */
export const STYLES: Record<string, string | null> = {
  missing: null,
  empty: '',
  'a line end alone': '\n',
  'white space only': ' \t\r\n  \n',
  'empty object': '{}',
  'empty object and a line end': '{}\n',
  'empty object with a space': '{ }',
  'empty object over two lines': '{\n}\n',
  'empty object with CRLF': '{\r\n}\r\n',
  '2 spaces': `${pretty(PLAIN, 2)}\n`,
  '4 spaces': `${pretty(PLAIN, 4)}\n`,
  '3 spaces': `${pretty(PLAIN, 3)}\n`,
  tabs: `${pretty(PLAIN, '\t')}\n`,
  'no indentation': `${pretty(PLAIN, 1).replace(/^ +/gm, '')}\n`,
  'no final line end': pretty(PLAIN, 2),
  'several final line ends': `${pretty(PLAIN, 2)}\n\n\n`,
  'CRLF, 2 spaces': withCrlf(`${pretty(PLAIN, 2)}\n`),
  'CRLF, tabs, no final line end': withCrlf(pretty(OTHER_HOOKS, '\t')),
  'CR alone': pretty(OTHER_HOOKS, 2).replaceAll('\n', '\r'),
  'mixed line ends': `{\r\n  "model": "opus",\n  "env": {\r\n    "A": "1"\n  }\r\n}\n`,
  'one line': JSON.stringify(PLAIN),
  'one line and a line end': `${JSON.stringify(PLAIN)}\n`,
  'one line with spaces': spaced(PLAIN),
  'one line with other hooks': JSON.stringify(OTHER_HOOKS),
  'one line with spaces and other hooks': `${spaced(OTHER_HOOKS)}\n`,
  'one line with braces apart': '{ "model": "opus", "hooks": { "Stop": [ ] } }\n',
  'other hooks, 2 spaces': `${pretty(OTHER_HOOKS, 2)}\n`,
  'other hooks, 4 spaces': `${pretty(OTHER_HOOKS, 4)}\n`,
  'other hooks, tabs': `${pretty(OTHER_HOOKS, '\t')}\n`,
  'other hooks, CRLF': withCrlf(`${pretty(OTHER_HOOKS, 2)}\n`),
  'hooks first': `${pretty({ hooks: OTHER_HOOKS.hooks, model: 'opus' }, 2)}\n`,
  'hooks alone': `${pretty({ hooks: OTHER_HOOKS.hooks }, 2)}\n`,
  'an event on one line': `{\n  "hooks": {\n    "Stop": [{ "hooks": [{ "type": "command", "command": "x" }] }]\n  }\n}\n`,
  'an event with its brackets hugged': `{\n  "hooks": {\n    "Stop": [{\n      "hooks": [{\n        "type": "command",\n        "command": "x"\n      }]\n    }]\n  }\n}\n`,
  'hooks on one line': `{\n  "hooks": {"Stop":[{"hooks":[{"type":"command","command":"x"}]}],"Notification":[]},\n  "model": "opus"\n}\n`,
  'root on one line, hooks over many': `{"model":"opus","hooks":{\n  "Stop": [\n    {"hooks":[]}\n  ]\n}}\n`,
  'comma first': `{ "model": "opus"\n, "env": { "A": "1" }\n, "hooks": { "Stop": [] }\n}\n`,
  'trailing spaces': `{  \n  "model": "opus",   \n  "env": {"A": "1"}  \n}  \n`,
  'blank lines between': `{\n\n  "model": "opus",\n\n  "env": {\n\n    "A": "1"\n  }\n\n}\n`,
  'blank lines before': `\n\n${pretty(OTHER_HOOKS, 2)}\n`,
  'unicode escapes': `{\n  "name": "caf\\u00e9 \\ud83d\\ude00",\n  "hooks": {\n    "Stop": [\n      {"hooks": [{"type": "command", "command": "say \\u00fc\\/\\n"}]}\n    ]\n  }\n}\n`,
  'raw unicode': `{\n  "name": "café 😀 \u2028",\n  "hooks": {"Stop": []}\n}\n`,
  'numbers in other forms': `{\n  "a": 1e3,\n  "b": -0,\n  "c": 1.0,\n  "hooks": {"Stop": [{"hooks": [{"type": "command", "command": "x", "timeout": 6e1}]}]}\n}\n`,
  'keys that look like code': `{\n  "__proto__": {"x": 1},\n  "constructor": "y",\n  "10": 1,\n  "2": 2,\n  "": 3\n}\n`,
  'strings that look like JSON': `{\n  "a": "\\"hooks\\": {}",\n  "b": "// no comment",\n  "c": "/* neither */ ,}"\n}\n`,
  'deep nesting': `${pretty({ deep: deep(200), hooks: OTHER_HOOKS.hooks }, 1)}\n`,
  'empty hooks': `{\n  "hooks": {}\n}\n`,
  'empty hooks among others': `{\n  "model": "opus",\n  "hooks": {},\n  "env": {}\n}\n`,
  'empty hooks over two lines': `{\n  "hooks": {\n  }\n}\n`,
  'an empty event': `{\n  "hooks": {\n    "Stop": []\n  }\n}\n`,
  'an empty event on one line': `{"hooks": {"Stop": []}}`,
  'unknown events': `{\n  "hooks": {\n    "FromTheFuture": {"x": 1},\n    "Stop": [null, "odd", {"hooks": "odd"}, {"matcher": "x"}]\n  }\n}\n`,
  'all of our events are taken': `${pretty(
    {
      hooks: Object.fromEntries(
        [
          'SessionStart',
          'UserPromptSubmit',
          'PreToolUse',
          'PostToolUse',
          'PostToolUseFailure',
          'Stop',
          'StopFailure',
          'SessionEnd',
          'ConfigChange',
        ].map((event) => [event, [{ matcher: '*', hooks: [{ type: 'command', command: `x ${event}` }] }]]),
      ),
    },
    2,
  )}\n`,
  'byte order mark': `\uFEFF${pretty(OTHER_HOOKS, 2)}\n`,
  'byte order mark alone': '\uFEFF',
  'byte order mark and CRLF': `\uFEFF${withCrlf(`${pretty(OTHER_HOOKS, 4)}\n`)}`,
  'tabs and spaces mixed': `{\n\t"model": "opus",\n    "hooks": {\n\t  "Stop": [\n\t\t{"hooks": []}\n  ]\n\t}\n}\n`,
  '8 spaces, CRLF, no final line end': withCrlf(pretty(OTHER_HOOKS, 8)),
  'a hundred hooks of others': `${pretty(
    {
      hooks: {
        PreToolUse: Array.from({ length: 100 }, (_, i) => ({
          matcher: `Tool${i}`,
          hooks: [{ type: 'command', command: `/usr/bin/guard ${i}`, timeout: i + 1000 }],
        })),
      },
    },
    2,
  )}\n`,
  'handlers of other kinds': `{\n  "hooks": {\n    "Stop": [\n      {\n        "hooks": [\n          { "type": "http", "url": "http://127.0.0.1:1/stop" },\n          { "type": "command", "command": "x", "async": true }\n        ]\n      }\n    ]\n  }\n}\n`,
  'a status line': `{\n  "statusLine": { "type": "command", "command": "~/bin/line.sh", "padding": 0 }\n}\n`,
  'hooks last, after a long list': `{"env":{${Array.from({ length: 300 }, (_, i) => `"K${i}":"${i}"`).join(', ')}}, "hooks":{}}\n`,
  'a very long string': `{\n    "apiKeyHelper": "${'x'.repeat(200_000)}"\n}\n`,
  huge: `${pretty(huge, 2)}\n`,
  'huge, on one line': JSON.stringify(huge),
};
