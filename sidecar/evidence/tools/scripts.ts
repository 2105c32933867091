import { fileKindsOf } from '../matching/files.ts';
import { tokensOf } from '../matching/words.ts';
import { actsOfTask } from './task-names.ts';
import type { Act, Tool } from './tool.ts';

const SCRIPT = /\.(?:sh|bash|zsh|py|js|mjs|cjs|ts|mts|rb|pl|php|ps1)$/;

/** Any other program that is a file of the project: `./deploy.sh staging`. Its name says what it does. */
export function scriptOf(path: string): Tool | null {
  const isOwn =
    /^\.{0,2}\/?(?:[\w.-]+\/)*[\w.-]+$/.test(path) &&
    (SCRIPT.test(path) || path.startsWith('./') || /(?:^|\/)(?:scripts?|bin|tools|ops)\//.test(path));
  if (!isOwn || /^\/(?:usr|bin|opt)\//.test(path)) return null;
  const name = (path.split('/').at(-1) ?? '').replace(SCRIPT, '');
  return {
    names: [],
    idle: ['--check', '--list', '-n'],
    read({ args, where }) {
      const ran: Act = {
        verb: 'run',
        on: [path, ...args],
        kinds: ['script', ...fileKindsOf(path).filter((kind) => kind !== 'file')],
        named: true,
      };
      const own = actsOfTask(name, [...args.filter((word) => !word.startsWith('-')), ...where.slice(-1)]);
      const isServer =
        /^(?:server|app|main|index|worker|listener)$/.test(name) && /\.(?:js|ts|mjs|py|rb)$/.test(path);
      const served: Act[] = isServer
        ? [{ verb: 'start', on: [path], kinds: ['server', 'service', 'app', 'process', 'worker'] }]
        : [];
      const [first = '', ...things] = tokensOf(name);
      // `make_fixtures.py` makes fixtures; of what sort they are, its name has to say.
      const made: Act[] =
        /^(?:make|generate|gen|create)$/.test(first) && things.length > 0
          ? [{ verb: 'create', on: things, kinds: things, named: true, needsWord: true }]
          : [];
      return [...made, ...own.filter(({ verb }) => verb !== 'install'), ...served, ran];
    },
  };
}
