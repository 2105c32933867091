import { hasOption, type Invocation, optionValue, optionValues } from '../bash/invocation.ts';
import { tokensOf } from '../matching/words.ts';
import type { Act, Tool } from './tool.ts';

const TALK =
  /hooks\.slack\.com|slack\.com\/api\/chat\.|discord(?:app)?\.com\/api\/webhooks|api\.telegram\.org|(?:^|[^a-z])webhooks?(?:[^a-z]|$)|ntfy\.sh|api\.(?:resend|sendgrid|mailgun|postmarkapp)\.|outlook\.office\.com\/webhook|chat\.googleapis\.com/i;

/** curl to a place where people read, and nothing else that curl does: a request proves no deed by itself. */
export const requests: Tool = {
  names: ['curl', 'http', 'https', 'xh', 'wget'],
  failed:
    /"ok":\s*false|^curl: \(\d+\)|invalid_(?:token|payload|auth)|no_service|\b(?:HTTP\/[\d.]+ )?(?:401|403|404|500) (?:Unauthorized|Forbidden|Not Found|Internal)|^\s*(?:HTTP[ /]?[\d.]*\s*|status:? ?)?[45]\d{2}\s*$/m,
  read(call) {
    const url = call.args.find((word) => /^https?:|^\$/.test(word)) ?? '';
    const body = optionValues(
      call.args,
      '-d',
      '--data',
      '--data-raw',
      '--json',
      '--data-binary',
      '-F',
      '--form',
    ).join(' ');
    const isPost =
      body !== '' ||
      /^(?:POST|PUT)$/i.test(optionValue(call.args, '-X', '--request') ?? '') ||
      call.args.includes('POST');
    if (!isPost || hasOption(call.args, '-I', '--head') || !TALK.test(url)) return [];
    return [
      sent(
        tokensOf(body.slice(0, 400)),
        /resend|sendgrid|mailgun|postmark/.test(url)
          ? ['email', 'message']
          : ['message', 'reply', 'thread', ...chatsOf(url)],
      ),
    ];
  },
};

export const mailers: Tool = {
  names: [
    'mail',
    'mailx',
    'sendmail',
    'mutt',
    'swaks',
    'msmtp',
    'slack',
    'slackcat',
    'ntfy',
    'notify-send',
    'osascript',
    'telegram-send',
  ],
  read(call: Invocation) {
    const isMail = /mail|mutt|swaks|smtp/.test(call.program);
    if (call.program === 'osascript' && !/notification/.test(call.args.join(' '))) return [];
    return [
      sent(
        [...call.args],
        isMail ? ['email', 'mail', 'message', 'report', 'summary'] : ['message', 'notification'],
      ),
    ];
  },
};

function sent(on: readonly string[], kinds: readonly string[]): Act {
  return { verb: 'send', on, kinds };
}

/** A webhook of unknown name may be of any chat. */
function chatsOf(url: string): string[] {
  const all = ['slack', 'discord', 'teams', 'telegram'];
  const known = all.filter((chat) =>
    new RegExp(chat === 'teams' ? 'teams|office\\.com' : chat, 'i').test(url),
  );
  return known.length > 0 ? known : all;
}
