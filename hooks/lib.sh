# What the nine hooks share; sourced with the event's name, and yes or no: whether Claude reads what its hook
# prints. Bash alone, from 3.2 on: no other program runs on the normal path (before 4.4: one cat).
#
# The event goes to the sidecar. Where nobody takes it in time, lib-rare.sh leaves it in the spool.
#
# Straight-line code, and the rare parts elsewhere: parsing this file is a good part of what a hook costs.

LC_ALL=C # Bytes are counted, and not characters.
umask 077
trap '' PIPE # A sidecar that closes early is no reason to die.
event=$1 body= id= client=- start=- old= port= token= reply= answer= taken= source=settings length=
TMOUT= # As many servers set it, every read would have that limit, and would go byte by byte.
[[ $HOLDFAST_SOURCE == plugin ]] && source=plugin

# A deployed script lies in its home; one from a package or a plugin asks the environment.
home=${HOLDFAST_HOME:-${HOME:+$HOME/.holdfast}}
[[ -f $here/manifest.json || -f $here/../launch ]] && home=$here/..
if [[ -z $home || ! -d $home ]]; then # Never made by a hook.
  [[ -n $home && $source$event == pluginSessionStart ]] && . "$here/lib-rare.sh" && tell_why_not && start_sidecar
  return
fi

limit=1.5 rest=(-N 1000000)
[[ $event == SessionEnd ]] && limit=0.7
((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 404)) && old=yes limit=1 rest=(-d '' -t 1) # Whole seconds only.

# Standard input that never ends, a connect to a hung sidecar with a full backlog, a write or an answer that
# it never reads or gives: each blocks, and none knows a limit. The watch interrupts all of them, 1.5 s after
# the start (SessionEnd: 0.7 s; the client gives it 1.5). It ends with us, who alone hold its pipe open.
trap '. "$here/lib-rare.sh"; give_up' USR1
exec 5> >(
  exec >&- 2>&-
  IFS= read -r -t $limit _
  for _ in {1..200}; do # The first only cuts a blocked write short, and bash goes on with it.
    (($? > 128)) || [[ -n $old ]] || break
    kill -USR1 $$ || break
    [[ -n $old ]] && sleep 0.1
    IFS= read -r -t 0.005 _
  done
)
watch=$!

if [[ -n $old ]]; then
  body=$(cat)
else
  IFS= read -r -N 100000000 body # In blocks; with -t it would go byte by byte.
fi
[[ -n $body ]] || { kill -9 "$watch" && wait "$watch"; return; }

# Unique over hundreds of millions, and rising, which keeps the ledger's index together.
id=${EPOCHREALTIME/./}-$$-$SRANDOM-$SRANDOM
[[ -n $SRANDOM ]] || { . "$here/lib-rare.sh" && make_id; }

if [[ -n $CLAUDE_PID && $CLAUDE_PID != *[!0-9]* && ${#CLAUDE_PID} -le 10 ]]; then
  client=$CLAUDE_PID
elif [[ $event == SessionStart ]]; then
  . "$here/lib-rare.sh" && find_client
fi

# Another user's file, or anything but "PORT TOKEN", is nobody to talk to.
[[ -O $home/endpoint ]] && IFS=' ' read -r -n 200 port token more <"$home/endpoint"
if [[ -n $port && -z $more && $port != *[!0-9]* && $token != *[!A-Za-z0-9_-]* && ${#token} -ge 16 ]] &&
  [[ -z $old || $event != SessionEnd ]] && # A whole second is too long for a SessionEnd.
  exec 3<>"/dev/tcp/127.0.0.1/$port"; then
  named="x-holdfast-source: $source"
  [[ $client == - ]] || named+=$'\r\n'"x-holdfast-client: $client"
  [[ $start == - ]] || named+=" $start"
  sent=$body
  ((${#body} > 8388608)) && sent= # The sidecar refuses more, by the size alone.
  printf 'POST /hook/%s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\nx-holdfast-event: %s\r\n%s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s' \
    "$event" "$token" "$id" "$named" ${#body} "$sent" >&3
  IFS= read -r "${rest[@]}" -u 3 reply # Until the sidecar closes.
  exec 3>&-
fi
kill -9 "$watch" # Faster than its own end, and waited for below.

# Taken, or read and refused: then it is not ours to keep. A cut answer may be the last of a sidecar that was
# killed, and acknowledges nothing.
case $reply in
  HTTP/1.?\ 200\ *[Cc]ontent-[Ll]ength:\ 2$'\r\n'*$'\r\n\r\n{}') taken=yes answer={} ;; # Most of the time.
  HTTP/1.?\ 400\ * | HTTP/1.?\ 413\ * | HTTP/1.?\ 422\ * | HTTP/1.?\ 204\ *) taken=yes ;;
  HTTP/1.?\ 2??\ *$'\n\r\n'*)
    set -f
    IFS=$'\n'
    for line in $reply; do
      case $line in [Cc]ontent-[Ll]ength:*) length=${line#*:} ;; esac
    done
    answer=${line#$'\r'}
    [[ $length == " ${#answer}"$'\r' ]] && taken=yes # As text: as a number, a[$(command)] would be run.
    unset IFS
    set +f
    ;;
esac

if [[ -z $taken ]]; then
  . "$here/lib-rare.sh" && keep_for_later
else
  [[ $2 == yes && $answer == \{* ]] && printf '%s\n' "$answer"
  [[ $source$event == pluginSessionStart && ! -e $home/state/plugin ]] && . "$here/lib-rare.sh" && begin_plugin
fi
wait "$watch" # No zombie is left to a parent that never asks for it.
