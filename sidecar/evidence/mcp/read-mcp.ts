import type { Verb } from '../../claims/index.ts';
import { tokensOf } from '../matching/words.ts';
import type { Deed } from '../reading.ts';
import { statementActs } from '../tools/databases.ts';

/** Tools that only look, whatever they look at. */
const LOOKS =
  /^(?:list|get|read|search|find|fetch|query|describe|show|view|check|count|browse|lookup|preview|validate|watch|status|diff|analy[sz]e|explain|suggest|draft|plan|inspect|download|export|who|resolve)$/;

const SORTS: Readonly<Record<string, readonly string[]>> = {
  pull: ['pr', 'request'],
  pr: ['pr', 'request'],
  merge: ['mr', 'request'],
  mr: ['mr', 'request'],
  issue: ['issue', 'ticket', 'bug', 'follow-up', 'report'],
  ticket: ['issue', 'ticket', 'bug', 'report'],
  task: ['issue', 'ticket', 'task'],
};

const FAILURE =
  /"?(?:ok|success)"?: ?false|"?is_?error"?: ?true|^(?:error|Error|ERROR)\b|\b(?:channel_not_found|not_in_channel|invalid_auth|Bad credentials)\b|"?merged"?: ?false/m;

/** `mcp__github__merge_pull_request`: the words of the tool's own name say what it does. */
export function readMcp(
  tool: string,
  fields: Readonly<Record<string, unknown>>,
  ok: boolean,
  output: string,
): Deed[] {
  const [, server = '', ...rest] = tool.split('__');
  const words = tokensOf(rest.join(' '));
  if (words.length === 0 || words.some((word) => LOOKS.test(word))) return [];
  const outcome = ok && !FAILURE.test(output) ? 'did' : 'failed';
  const sql =
    typeof fields.query === 'string' && words.some((word) => /^(?:sql|query)$/.test(word))
      ? fields.query
      : '';
  if (sql !== '')
    return statementActs(sql).map(({ verb, on = [], kinds = [] }) => ({
      verb,
      outcome,
      on: [...on],
      kinds: [...kinds],
      named: true,
    }));
  const on = [...wordsIn(fields), ...identifiersIn(output)].slice(0, 40);
  const sorts = words.flatMap((word) => SORTS[word] ?? []);
  return verbsOf(words, server, fields).map((verb) => ({
    verb,
    outcome,
    on,
    kinds:
      verb === 'send'
        ? sendKinds(words, server)
        : [...new Set([...sorts, ...words.filter((word) => !(word in SORTS)), ...tokensOf(server)])],
    ...(isNamed(verb, fields) ? { named: true as const } : {}),
  }));
}

/** A service that is named is no other; a pull request that is merged may be called anything. */
function isNamed(verb: Verb, fields: Readonly<Record<string, unknown>>): boolean {
  if (/^(?:update|create|remove)$/.test(verb)) return true;
  return (
    /^(?:start|stop|restart|deploy)$/.test(verb) &&
    Object.values(fields).some((value) => typeof value === 'string')
  );
}

function verbsOf(
  words: readonly string[],
  server: string,
  fields: Readonly<Record<string, unknown>>,
): Verb[] {
  const has = (...some: string[]) => some.some((word) => words.includes(word));
  const isThread = has('issue', 'ticket', 'pull', 'pr', 'mr', 'task') || (has('merge') && has('request'));
  const isTalk = has(
    'comment',
    'comments',
    'reply',
    'message',
    'messages',
    'email',
    'mail',
    'notification',
    'note',
    'review',
  );
  if (has('test', 'tests') && has('run', 'execute')) return ['test'];
  if (isTalk && has('add', 'create', 'post', 'send', 'write', 'submit', 'reply', 'publish', 'comment'))
    return ['send'];
  if (
    /slack|discord|teams|telegram|mail|matrix|twilio|resend/i.test(server) &&
    has('post', 'send', 'reply', 'publish')
  )
    return ['send'];
  if (isThread && has('create', 'open', 'new', 'add', 'submit')) return ['open'];
  if (has('merge') && !has('create', 'update')) return ['merge'];
  if (isThread && has('close')) return ['close'];
  if (isThread && has('update', 'edit', 'transition', 'set', 'save')) {
    const { state: now, state_event: event, status, stateName, transition } = fields;
    const state = JSON.stringify([now, event, status, stateName, transition]);
    return /\b(?:clos|done|cancel|resolved|complete)/i.test(state) ? ['close', 'update'] : ['update'];
  }
  if (has('commit') && !has('comment', 'push')) return ['commit'];
  if (has('rebase')) return ['rebase'];
  if (has('deploy', 'redeploy', 'deployment') && !has('delete', 'remove')) return ['deploy'];
  if (has('rollback', 'revert')) return ['revert'];
  if (has('restart', 'reboot')) return ['restart'];
  if (has('stop', 'terminate', 'pause')) return ['stop'];
  if (has('start', 'resume', 'boot')) return ['start'];
  if (has('migration', 'migrate', 'migrations'))
    return has('apply', 'run', 'migrate', 'execute') ? ['migrate'] : [];
  if (has('push')) return ['push', 'commit'];
  if (has('publish', 'release')) return ['release'];
  if (has('delete', 'remove', 'drop')) return ['remove'];
  if (has('create') && has('update')) return ['create', 'update'];
  if (has('create', 'add', 'new', 'write')) return ['create'];
  if (has('update', 'edit', 'set', 'patch', 'replace', 'rename')) return ['update'];
  return [];
}

function sendKinds(words: readonly string[], server: string): string[] {
  const chats = tokensOf(server).filter((word) => /^(?:slack|discord|teams|telegram|mattermost)$/.test(word));
  const isMail = /mail|resend/i.test(server) || words.some((word) => /^e?mail$/.test(word));
  if (isMail) return ['email', 'message', 'summary', 'report'];
  const isThread = words.some((word) => /^(?:issue|pull|pr|comment|review|ticket|note)$/.test(word));
  return isThread
    ? ['comment', 'reply', 'message', 'thread', 'pr', 'issue', 'ticket', 'review', 'request']
    : ['message', 'reply', 'thread', 'comment', ...chats];
}

function wordsIn(fields: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    if (typeof value === 'number') return [String(value)];
    if (typeof value !== 'string' || /^(?:owner|merge_method)$/.test(name)) return [];
    return value.length <= 80 ? [value] : tokensOf(value.slice(0, 400)).slice(0, 30);
  });
}

/** What the answer names that it made: `{"number": 91}`, `…/pull/91`. */
function identifiersIn(output: string): string[] {
  return [
    ...output
      .slice(0, 4000)
      .matchAll(
        /"?(?:number|iid|identifier|key|id)"?: ?"?([A-Z]+-\d+|\d{1,7})\b|\/((?:pull|issues|merge_requests)\/\d+)/g,
      ),
  ]
    .flatMap(([, id, path]) => (id ? [id] : path ? [`/${path}`] : []))
    .slice(0, 5);
}
