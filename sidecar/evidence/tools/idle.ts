import type { Invocation } from '../bash/invocation.ts';
import { onlyLooks } from './read-only.ts';
import type { Tool } from './tool.ts';

/** With one of these a program tells what it is or would do, and does nothing. */
const IDLE =
  /^(?:--help|--usage|--dry|--dry-?run(?:=(?!none$|false$|0$|no$).*)?|--just-print|--simulate|--noop|--no-op|--no-act|--what-?if|--pretend|--(?:print|list|check|show|verify|validate|plan)-only|--list-?tests?|--listTests|--collect-only|--co|--show-?config)$/i;

const IDLE_VARIABLE = /^(?:DRY_?RUN|NOOP|SIMULATE|PRETEND)$/i;

/** Programs that only look, print, or move the shell about. To run one is no "run" that anybody promised. */
const PASSIVE = new Set(
  `: [ [[ ack alias ag apropos awk basename bat bg break cal cat cd chgrp chmod chown clear code cursor cmp column comm continue cp curl cut date declare
  df diff dig dirname dirs dmesg du echo egrep env exit export false fd fg fgrep file find fmt fold free getent git
  gh glab grep gunzip gzip head help hexdump history host hostname htop id ifconfig info ip jobs journalctl tmux screen circleci buildkite-agent join jq kill killall
  last less let ln local locate ls lsof man md5sum mkdir more mv nl nslookup od paste pgrep ping pkill popd printenv
  printf ps pushd pwd read readlink readonly realpath return rev rg rm rmdir sed seq set sha256sum shasum shift shopt
  sleep sort source split ss stat strings sum tac tail tar tee test top touch tput tr trap tree true tty type ulimit
  umask unalias uname uniq unset unzip uptime vi vim nano view wait watch wc wget whatis which who whoami xxd yes yq
  zip zless`.split(/\s+/),
);

export function isIdle(call: Invocation, tool: Tool | null): boolean {
  const { args, env } = call;
  if (onlyLooks(call)) return true;
  // With a value it is an argument: `--version 4.0.1`, `--list weekly`.
  if (/^--(?:version|list)$/.test(args.at(-1) ?? '') || args[0] === '--version') return true;
  // `-n 10` is a number of something.
  const isCount = (at: number): boolean => args[at] === '-n' && /^\d+$/.test(args[at + 1] ?? '');
  if (args.some((word, at) => IDLE.test(word) || (tool?.idle?.includes(word) && !isCount(at)))) return true;
  // `-h` alone asks for help; elsewhere it is a host, or sizes for people.
  if (args.at(-1) === '-h' && args.length <= 3) return true;
  return [...env].some(([name, value]) => IDLE_VARIABLE.test(name) && /^(?:1|true|yes|on)$/i.test(value));
}

export function isPassive({ program }: Invocation): boolean {
  return program === '' || PASSIVE.has(program);
}
