# What the nine hooks share. Bash alone, from 3.2 on: no other program runs on the normal path (3.2: one cat).
# A hook hands its event to the sidecar; where nobody takes it in time, it leaves it in the spool.

# Microseconds from the hook's start to its end, the connect included. The client gives SessionEnd 1.5 s.
HOLDFAST_BUDGET=1600000
HOLDFAST_BUDGET_SESSION_END=750000
# The sidecar refuses more: then only the size is told, and the bytes stay here.
HOLDFAST_BODY_LIMIT=8388608
HOLDFAST_SPOOL_LIMIT=10000

LC_ALL=C # Bytes are counted, and not characters.
umask 077
trap '' PIPE # A sidecar that closes early is no reason to die.

holdfast_hook() { # EVENT yes|no: whether Claude reads what this event's hook prints
  local event=$1 prints=$2 home= body= id= client=- start=- port= token= answer= whole=yes source=settings
  local began=${EPOCHREALTIME/./} budget=$HOLDFAST_BUDGET
  [[ $event == SessionEnd ]] && budget=$HOLDFAST_BUDGET_SESSION_END
  [[ $HOLDFAST_SOURCE == plugin ]] && source=plugin
  find_home || return
  read_event
  [[ -n $body ]] || return
  make_id
  find_client
  if [[ $whole == yes ]] && read_endpoint && deliver; then
    [[ $prints == yes && $answer == \{* ]] && printf '%s\n' "$answer"
    return
  fi
  spool_event
  if [[ $event == SessionStart ]]; then
    tell_why_not
    start_sidecar
  fi
}

# A deployed script lies in its home; one from a package or a plugin asks the environment.
find_home() {
  local here=${BASH_SOURCE[0]%/*}
  if [[ -f $here/manifest.json || -f $here/../launch ]]; then
    case $here in
      */*) home=${here%/*} ;;
      .) home=.. ;;
      *) home=. ;;
    esac
  else
    home=${HOLDFAST_HOME:-${HOME:+$HOME/.holdfast}}
  fi
  [[ -n $home && -d $home ]]
}

# The client's end is a socket, which cannot be opened again by name. An end that never closes is cut off.
read_event() {
  if ((BASH_VERSINFO[0] < 4)); then
    body=$(cat)
    return
  fi
  seconds_left $((budget / 2))
  IFS= read -r -N 100000000 -t "$REPLY" body
  (($? > 128)) && whole=no
}

# REPLY: the seconds until the budget ends, at most as many microseconds as given. Fails when it has ended.
seconds_left() {
  local left=$1
  if [[ -n $began ]]; then
    left=$((began + budget - ${EPOCHREALTIME/./}))
    ((left < $1)) || left=$1
  fi
  ((left > 20000)) || return
  if ((BASH_VERSINFO[0] < 4)); then
    REPLY=1
  else
    printf -v REPLY '%d.%06d' $((left / 1000000)) $((left % 1000000))
  fi
}

# Unique over hundreds of millions: $RANDOM alone repeats.
make_id() {
  if [[ -r /proc/sys/kernel/random/uuid ]]; then
    read -r id </proc/sys/kernel/random/uuid
    return
  fi
  local bytes byte more
  id=$$-${EPOCHREALTIME:-$SECONDS}-${SRANDOM:-$RANDOM}
  for more in 1 2 3; do
    IFS= read -r -d '' -n 16 bytes </dev/urandom
    while [[ -n $bytes ]]; do
      printf -v byte '%d' "'$bytes"
      printf -v byte '%02x' $((byte & 255))
      id+=$byte bytes=${bytes#?}
    done
  done
}

# The client's process: what it says itself, else at SessionStart the first ancestor that is no shell.
find_client() {
  if [[ -n $CLAUDE_PID && $CLAUDE_PID != *[!0-9]* ]]; then
    client=$CLAUDE_PID
    [[ $event == SessionStart ]] && read_process "$client"
    return
  fi
  [[ $event == SessionStart ]] || return
  local name parent=$PPID
  for _ in 1 2 3 4 5 6 7 8; do
    client=$parent
    read_process "$client" || break
    case ${name##*/} in
      sh | -sh | bash | -bash | dash | zsh | -zsh | ksh | mksh | fish | -fish | ash | busybox | csh | tcsh) ;;
      init | systemd | launchd | tini | dumb-init | docker-init) break ;; # The client is gone already.
      *) return ;;
    esac
  done
  client=- start=-
}

# Sets name, parent and start of a process.
read_process() {
  local line
  if [[ -r /proc/$1/stat ]]; then
    IFS= read -r line <"/proc/$1/stat" || return
    name=${line#*\(} name=${name%\)*}
    set -- ${line##*) }
    parent=$2 start=${20}
    return
  fi
  read -r parent name < <(ps -o ppid=,comm= -p "$1" 2>/dev/null)
  [[ -n $name ]]
}

# Another user's file, or anything but "PORT TOKEN", is nobody to talk to.
read_endpoint() {
  local more
  [[ -f $home/endpoint && -O $home/endpoint ]] || return
  IFS=' ' read -r -n 200 port token more <"$home/endpoint"
  [[ -n $port && $port != *[!0-9]* && ${#port} -le 5 && -z $more ]] || return
  [[ $token != *[!A-Za-z0-9_-]* && ${#token} -ge 16 && ${#token} -le 128 ]]
}

# True when the sidecar has the event, or has read and refused it: then it is not ours to keep.
deliver() {
  # Without fractions of seconds there is no limit short enough for a SessionEnd.
  [[ $event == SessionEnd ]] && ((BASH_VERSINFO[0] < 4)) && return 1
  seconds_left $((budget / 2)) || return
  local limit=$REPLY reply= length watch sent=$body named=
  [[ $client == - ]] || named="x-holdfast-client: $client"
  [[ $start == - ]] || named+=" $start"
  ((${#body} > HOLDFAST_BODY_LIMIT)) && sent=

  # A connect to a hung sidecar with a full backlog blocks, and so does a write that it never reads, and
  # neither knows a limit: a watch interrupts them. It ends with us, since we alone hold its pipe open.
  trap : USR1
  exec 5> >(
    exec >&- 2>&-
    IFS= read -r -t "$limit" _
    (($? > 128 || BASH_VERSINFO[0] < 4)) && kill -USR1 $$
  )
  watch=$!
  if exec 3<>"/dev/tcp/127.0.0.1/$port"; then
    printf 'POST /hook/%s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\nx-holdfast-event: %s\r\nx-holdfast-source: %s%s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s' \
      "$event" "$token" "$id" "$source" "${named:+$'\r\n'$named}" ${#body} "$sent" >&3
    if ((BASH_VERSINFO[0] < 4)); then
      IFS= read -r -d '' -t "$limit" -u 3 reply
    else
      IFS= read -r -N 1000000 -t "$limit" -u 3 reply
    fi
    exec 3>&-
  fi
  exec 5>&-
  wait "$watch" # No zombie is left to a parent that never asks for it.
  understand_reply
}

understand_reply() {
  local head=${reply%%$'\r\n\r\n'*} status=${reply#HTTP/1.? }
  answer=${reply#*$'\r\n\r\n'}
  [[ $head != "$reply" && $status != "$reply" ]] || return
  case ${status:0:3} in
    400 | 413 | 422) answer= ;;
    204) answer= ;;
    2[0-9][0-9])
      length=${head#*[Cc]ontent-[Ll]ength:}
      [[ $length != "$head" ]] || return
      length=${length%%$'\r'*}
      ((${#answer} == ${length// /})) # A cut answer may be the last of a sidecar that was killed.
      ;;
    *) return 1 ;;
  esac
}

# One whole file or none: written beside and renamed. The sidecar takes it when it looks next.
spool_event() {
  local files written=$home/spool/.$id
  [[ -d $home/spool ]] || mkdir "$home/spool" || return
  files=("$home"/spool/*)
  if ((${#files[@]} >= HOLDFAST_SPOOL_LIMIT + 2)); then # `rejected` and `overflow` count along.
    : >"$home/spool/overflow"
    return
  fi
  if printf 'holdfast-spool 1 %s %s %s %s %s\n%s' "$event" "$id" "$source" "$client" "$start" "$body" >"$written"; then
    mv "$written" "$home/spool/$id.event" && return
  fi
  rm -f "$written"
}

# The one thing that a hook says by itself: why there is no sidecar, and that events were dropped.
tell_why_not() {
  local why= quoted
  [[ -f $home/state/not-running ]] && IFS= read -r why <"$home/state/not-running"
  [[ -e $home/spool/overflow ]] && why+="${why:+ }Holdfast dropped events: its spool was full ($home/spool/overflow). Run: holdfast doctor"
  [[ -n $why ]] || return
  quoted=${why//\\/\\\\}
  quoted=${quoted//\"/\\\"}
  printf '{"systemMessage":"%s"}\n' "${quoted//[[:cntrl:]]/ }"
}

# Detached, and nobody waits for it: in a process group of its own it also outlives the client's cleaning up.
start_sidecar() {
  local node= cli=
  [[ ! -e $home/state/hold && -f $home/launch ]] || return
  {
    IFS= read -r node
    IFS= read -r cli
  } <"$home/launch"
  [[ -n $node && -n $cli ]] || return
  set -m
  {
    HOLDFAST_HOME=$home "$node" "$cli" start || [[ -s $home/state/not-running ]] ||
      printf 'Holdfast is not running: %s could not be started. Run: holdfast start\n' "$cli" >"$home/state/not-running"
  } </dev/null >/dev/null 2>&1 &
}
