import { Argument, Command, CommanderError, Option } from 'commander';
import { VERSION } from '../machine/index.ts';
import { type Context, findContext } from './context.ts';
import { leaveQuietly, reportFailure } from './report-failure.ts';

/** 0 good, 1 something is wrong, 2 bad usage. */
const EXIT_USAGE = 2;

export type { Context };

/** commander has checked the options against their declaration above; each verb names their type. */
type Verb = (options: never, context: Context) => Promise<number>;

const JSON_OPTION = ['--json', 'print JSON'] as const;

function program(): Command {
  const holdfast = new Command('holdfast')
    .description(
      'An agent that keeps its word, runs that outlive their session, guards that are loud when off.',
    )
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError('(holdfast --help lists the verbs)');

  holdfast
    .command('init')
    .description('register the hooks in .claude/settings.json, deploy the scripts, start the sidecar')
    .addOption(new Option('--user', "the user's settings: every project").conflicts('local'))
    .option('--local', 'settings.local.json: this project, for you alone')
    .option('--status-line', 'ours as status line too, where there is no other')
    .option('--dry-run', 'show what would change')
    .option('--yes', 'ask nothing')
    .action(verb(() => import('./init.ts')));
  holdfast
    .command('uninstall')
    .description('take the hooks out again; files that nobody else changed are as they were, byte for byte')
    .option('--user', "the user's settings too")
    .option('--purge', 'delete the home with everything that was recorded')
    .option('--yes', 'ask nothing')
    .action(verb(() => import('./uninstall.ts')));
  holdfast
    .command('migrate')
    .description('what an upgrade does, on demand: what is outdated is replaced, what you edited is left')
    .option('--dry-run', 'show what would change')
    .option(...JSON_OPTION)
    .action(verb(() => import('./migrate.ts')));
  holdfast
    .command('start')
    .description('start the sidecar; no error when one serves already')
    .option('--foreground', 'stay in this terminal')
    .option('--recover', 'move a damaged ledger aside and begin a new one')
    .action(verb(() => import('./start.ts')));
  holdfast
    .command('stop')
    .description('stop the sidecar; the next session starts it again')
    .option('--hold', 'keep it down until `holdfast start`')
    .action(verb(() => import('./stop.ts')));
  holdfast
    .command('status')
    .description('whether the sidecar runs, and what it holds')
    .option(...JSON_OPTION)
    .action(verb(() => import('./status.ts')));
  holdfast
    .command('guards')
    .description('every protective part and its state, the loud ones first; exit code 1 while one is loud')
    .option(...JSON_OPTION)
    .action(verb(() => import('./guards.ts')));
  holdfast
    .command('attention')
    .description('what you should know: notices, open ones first; `attention ack ID` says that you do')
    .argument('[action]', '`ack`, with an id')
    .argument('[id]')
    .option(...JSON_OPTION)
    .action((action: string | undefined, id: string | undefined, options: object) =>
      verb(() => import('./attention.ts'))({ ...options, action, id }),
    );
  const sessions = holdfast
    .command('sessions')
    .enablePositionalOptions()
    .description(
      'who is alive, stalled or gone, newest first; with an id, one session and what it left undone',
    )
    .argument('[id]')
    .option('--state <state>', 'only those in this state')
    .option('--limit <n>', 'how many', '20')
    .option(...JSON_OPTION)
    .action((id: string | undefined, options: object) =>
      verb(() => import('./sessions.ts'))({ ...options, id }),
    );
  sessions
    .command('autonomous')
    .description('mark a session: when it dies in mid-work, it may be revived')
    .argument('<id>')
    .option('--off', 'take the mark away')
    .action((id: string, options: object) => verb(() => import('./mark-session.ts'))({ ...options, id }));
  holdfast
    .command('commitments')
    .description('what was promised; without options the open ones of this project')
    .option('--all', 'of every project, open or not')
    .addOption(new Option('--status <status>').choices(['open', 'kept', 'expired', 'withdrawn']))
    .option('--project <dir>', 'of another project')
    .option('--limit <n>', 'how many', '50')
    .option(...JSON_OPTION)
    .action(verb(() => import('./commitments.ts')));
  holdfast
    .command('claims')
    .description('what the agent said was done, against its tool calls')
    .addOption(new Option('--verdict <verdict>').choices(['backed', 'contradicted', 'unbacked']))
    .option('--session <id>', 'of one session')
    .option('--limit <n>', 'how many', '20')
    .option(...JSON_OPTION)
    .action(verb(() => import('./claims.ts')));
  holdfast
    .command('keep')
    .description('say that a promise was kept; `holdfast commitments` shows the ids')
    .argument('<id>')
    .option('--note <text>', 'why')
    .option(...JSON_OPTION)
    .action((id: string, options: object) => verb(() => import('./keep.ts'))({ ...options, id }));
  holdfast
    .command('withdraw')
    .description('take a promise back')
    .argument('<id>')
    .option('--note <text>', 'why')
    .option(...JSON_OPTION)
    .action((id: string, options: object) => verb(() => import('./withdraw.ts'))({ ...options, id }));
  holdfast
    .command('run')
    .description('work on an objective, turn after turn, until nothing is open')
    .argument('<objective>')
    .option('--project <dir>', 'another project than this one')
    .option('--branch <name>', 'a branch, local or of a remote, or a tag to start from; without it a new one')
    .option('--until <command>', 'it is completed when this succeeds, too')
    .option('--setup <command>', 'runs once before the first turn')
    .option('--in-place', 'work in the project itself, without a worktree')
    .option('--model <name>')
    .option('--permission-mode <mode>')
    .option('--max-turns <n>', '0: no limit')
    .option('--max-usd <x>', '0: no limit')
    .option('--follow', 'show it as it goes; Ctrl-C leaves the view, not the run')
    .option(...JSON_OPTION)
    .action((objective: string, options: object) =>
      verb(() => import('./run.ts'))({ ...options, objective }),
    );
  holdfast
    .command('runs')
    .description('the runs, newest first; one in full; `runs clean` removes worktrees that are done')
    .argument('[id]', 'of one run, or `clean`')
    .option('--state <state>', 'only those in this state')
    .option('--project <dir>', 'only those of this project')
    .option('--limit <n>', 'how many', '20')
    .option('--follow', 'show one as it goes')
    .option('--dry-run', 'with clean: show what would be removed')
    .option(...JSON_OPTION)
    .action((id: string | undefined, options: object) => verb(() => import('./runs.ts'))({ ...options, id }));
  holdfast
    .command('say')
    .description('tell a run something: with its next turn, or with one more')
    .argument('<id>')
    .argument('<text>')
    .option(...JSON_OPTION)
    .action((id: string, text: string, options: object) =>
      verb(() => import('./say.ts'))({ ...options, id, text }),
    );
  holdfast
    .command('kill')
    .description('end a run, and every process of it')
    .argument('<id>')
    .option(...JSON_OPTION)
    .action((id: string, options: object) => verb(() => import('./kill.ts'))({ ...options, id }));
  holdfast
    .command('restore')
    .description('go on with a run that failed, was killed or waits, in the same session')
    .argument('<id>')
    .option('--max-turns <n>', 'from now on')
    .option('--max-usd <x>', 'from now on')
    .option('--permission-mode <mode>', 'from now on')
    .option('--model <name>', 'from now on')
    .option(...JSON_OPTION)
    .action((id: string, options: object) => verb(() => import('./restore.ts'))({ ...options, id }));
  holdfast
    .command('rollback')
    .description('take back a run that has started nothing; end any other')
    .argument('<id>')
    .option(...JSON_OPTION)
    .action((id: string, options: object) => verb(() => import('./rollback.ts'))({ ...options, id }));
  addQueue(holdfast);
  holdfast
    .command('events')
    .description('what the hooks sent')
    .option('--session <id>', 'of one session')
    .option('--after <seq>', 'those after this number; without it the last ones')
    .option('--limit <n>', 'how many', '50')
    .option('--follow', 'go on as they come')
    .option(...JSON_OPTION)
    .action(verb(() => import('./events.ts')));
  holdfast
    .command('forget')
    .description('remove everything that is stored about a project or a session')
    .addOption(new Option('--project <dir>').conflicts('session'))
    .option('--session <id>')
    .option('--yes', 'ask nothing')
    .option(...JSON_OPTION)
    .action(verb(() => import('./forget.ts')));
  holdfast
    .command('classify')
    .description('the claims in a text: promises, offers, and what is said to be done')
    .argument('[file]', 'without it, standard input')
    .option('--jsonl', 'rows {id, text} in, rows {id, claims} out')
    .option(...JSON_OPTION)
    .action((file: string | undefined, options: object) =>
      verb(() => import('./classify.ts'))({ ...options, file }),
    );
  holdfast
    .command('judge')
    .description('what tool calls prove of a promise, and of what is said to be done')
    .argument('[file]', 'without it, standard input')
    .requiredOption('--jsonl', 'rows {id, promise, calls, said?} in, rows {id, expect, completed} out')
    .action((file: string | undefined, options: object) =>
      verb(() => import('./judge.ts'))({ ...options, file }),
    );
  holdfast
    .command('audit')
    .description('how often the agent kept its word, from the transcripts on this machine; changes nothing')
    .argument('[path...]', 'transcripts, or folders of them; without it all that Claude Code kept')
    .option('--since <when>', '30d, 12h, or a date')
    .option('--project <dir>', 'this project alone')
    .option('--html <file>', 'one page with a chart, for a browser')
    .option(...JSON_OPTION)
    .action((paths: string[], options: object) => verb(() => import('./audit.ts'))({ ...options, paths }));
  const config = holdfast
    .command('config')
    .description('the settings of config.json: what each is, what it may be, and where it comes from');
  config
    .command('list')
    .description('every key with its value')
    .option(...JSON_OPTION)
    .action((options: object) => verb(() => import('./config.ts'))({ ...options, act: 'list' }));
  config
    .command('get')
    .description('one value')
    .argument('<key>')
    .option(...JSON_OPTION)
    .action((key: string, options: object) =>
      verb(() => import('./config.ts'))({ ...options, key, act: 'get' }),
    );
  config
    .command('set')
    .description('write one value, and restart a running sidecar so that it is in force')
    .argument('<key>')
    .argument('<value>')
    .option('--yes', 'ask nothing')
    .action((key: string, value: string, options: object) =>
      verb(() => import('./config.ts'))({ ...options, key, value, act: 'set' }),
    );
  const service = holdfast
    .command('service')
    .description('have systemd or launchd start the sidecar at login, and again when it fails');
  service
    .command('install')
    .description('write the unit with the PATH of this shell, and start it')
    .action((options: object) => verb(() => import('./service.ts'))({ ...options, act: 'install' }));
  service
    .command('remove')
    .description('take it out again; sessions start the sidecar as before')
    .action((options: object) => verb(() => import('./service.ts'))({ ...options, act: 'remove' }));
  service
    .command('status')
    .description('whether it is installed, and whether it runs the sidecar')
    .option(...JSON_OPTION)
    .action((options: object) => verb(() => import('./service.ts'))({ ...options, act: 'status' }));
  holdfast
    .command('open')
    .description('the board in the browser, by a link that works once')
    .option('--print', 'print the link alone, and open nothing')
    .action(verb(() => import('./open.ts')));
  holdfast
    .command('doctor')
    .description('check everything, with what to do; feeds a sample event through each registered hook')
    .option(...JSON_OPTION)
    .action(verb(() => import('./doctor.ts')));
  holdfast
    .command('demo')
    .description('play a scripted session through the real hooks into a throwaway sidecar')
    .action(verb(() => import('./demo.ts')));
  holdfast
    .command('completions')
    .description('print the completions for a shell; the first line says how to use them')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .action((shell: string) => verb(() => import('./completions.ts'))({ shell, program: holdfast }));
  return holdfast;
}

function addQueue(holdfast: Command): void {
  const queue = holdfast
    .command('queue')
    .enablePositionalOptions()
    .description('why a run came back or did not; with an id, what was tried for one that died')
    .argument('[id]')
    .option(...JSON_OPTION)
    .action((id: string | undefined, options: object) =>
      verb(() => import('./queue.ts'))({ ...options, id }),
    );
  const change = () => import('./change-queue.ts');
  queue
    .command('pause')
    .description('revive nothing until it is resumed; no entry grows old meanwhile')
    .action(() => verb(change)({ verb: 'pause' }));
  queue
    .command('resume')
    .description('go on after a pause')
    .action(() => verb(change)({ verb: 'resume' }));
  for (const [name, says] of [
    ['drain', 'try one now, without waiting for a calm machine; no other gate is skipped'],
    ['cancel', 'take one off the queue'],
    ['requeue', 'open one again that was not revived, with all of its attempts'],
  ] as const) {
    queue
      .command(name)
      .description(says)
      .argument('<id>')
      .action((id: string) => verb(change)({ verb: name, id }));
  }
  queue
    .command('unlock')
    .description('show the host lock of somebody else, ask, and end it')
    .option('--yes', 'ask nothing')
    .action(verb(() => import('./unlock-queue.ts')));
}

/** Loads a verb only when it is called: most of them need a fraction of the code. */
function verb(load: () => Promise<{ run: Verb }>) {
  return async (options: object): Promise<void> => {
    const { run } = await load();
    process.exitCode = await run(options as never, findContext());
  };
}

export async function main(argv: string[]): Promise<void> {
  process.stdout.on('error', leaveQuietly);
  const holdfast = program();
  try {
    if (argv.length <= 2) holdfast.help();
    await holdfast.parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
      return;
    }
    reportFailure(error, argv);
  }
}
