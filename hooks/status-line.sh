#!/bin/bash -p
# The status line, where `init --status-line` registered it: promises open, guards loud, the queue. It reads one
# line that the sidecar keeps, asks nobody and starts nothing: Claude Code runs it again and again. Exits 0.
set +eu +o posix
exec 2>/dev/null
here=${BASH_SOURCE[0]%/*}
[[ $here == "${BASH_SOURCE[0]}" ]] && here=.
[[ -L $0 && ! -e $here/lib.sh ]] && here=$(readlink -f "$0") && here=${here%/*}

home=${HOLDFAST_HOME:-${HOME:+$HOME/.holdfast}}
[[ -f $here/manifest.json || -f $here/../launch ]] && home=$here/..
[[ -n $home && -d $home ]] || exit 0

[[ -O $home/state/status-line ]] && IFS=' ' read -r -n 100 pid promises guards queue more <"$home/state/status-line"
# Anything but four numbers is none of ours. The first is the sidecar: one that was killed could not take it away.
for number in "$pid" "$promises" "$guards" "$queue"; do
  [[ -n $number && $number != *[!0-9]* && -z $more ]] || pid=
done
if [[ -z $pid ]] || ! kill -0 "$pid"; then
  printf 'Holdfast is not running\n'
  exit 0
fi

said=
say() {
  [[ $1 == 0 ]] || said+="${said:+, }$1 $2"
}
[[ $promises == 1 ]] && say 1 'promise open' || say "$promises" 'promises open'
[[ $guards == 1 ]] && say 1 'guard loud' || say "$guards" 'guards loud'
say "$queue" 'in the queue'
printf 'Holdfast: %s\n' "${said:-nothing open}"
exit 0
