# What a hook needs when something is not as usual: no sidecar, no /proc, a session that begins.

HOLDFAST_SPOOL_LIMIT=10000

# The client's process: the first ancestor that is no shell. Unknown stays unknown.
find_client() {
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

# Sets name, parent and, where /proc tells it, start.
read_process() {
  local line
  name= start=-
  if [[ -r /proc/$1/stat ]]; then
    IFS= read -r -d '' line <"/proc/$1/stat"
    [[ -n $line ]] || return
    name=${line#*\(} name=${name%)*} # The name itself may hold spaces, parentheses and newlines.
    set -- ${line##*) }
    parent=$2 start=${20}
  else
    read -r parent name < <(ps -o ppid=,comm= -p "$1")
  fi
  [[ -n $name ]]
}

# Where bash has no SRANDOM (before 5.1): $RANDOM alone repeats.
make_id() {
  local bytes byte
  if IFS= read -r id </proc/sys/kernel/random/uuid && [[ -n $id ]]; then
    id=${EPOCHREALTIME/./}-$id
    return
  fi
  id=${EPOCHREALTIME/./}-$$-$SECONDS-$RANDOM-
  for _ in 1 2 3; do # A read ends at a NUL byte: three of them leave enough.
    IFS= read -r -d '' -n 12 bytes </dev/urandom
    while [[ -n $bytes ]]; do
      printf -v byte '%d' "'$bytes"
      printf -v byte '%02x' $((byte & 255))
      id+=$byte bytes=${bytes#?}
    done
  done
}

# What the watch interrupts ends here.
give_up() {
  trap '' USR1
  kill -9 "$watch"
  exec 3>&-
  [[ -n $body && -n $id ]] && keep_for_later
  wait "$watch"
  exit 0
}

keep_for_later() {
  trap '' USR1
  [[ $client != - && $start == - ]] && read_process "$client"
  spool_event
  [[ $event == SessionStart ]] || return
  tell_why_not
  start_sidecar
}

# One whole file or none: written beside and renamed. The sidecar takes it when it looks next.
spool_event() {
  local files others written=$home/spool/.$id PATH=/usr/bin:/bin:$PATH # The caller's may have no mv.
  export -n body sent # As exported variables they could be too large to run anything.
  [[ -d $home/spool ]] || mkdir "$home/spool" || return
  files=("$home"/spool/[!.]*)
  others=0
  [[ -e $home/spool/rejected ]] && others=1
  [[ -e $home/spool/overflow ]] && ((others += 1))
  if ((${#files[@]} - others >= HOLDFAST_SPOOL_LIMIT)); then
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
  [[ -n $why ]] || [[ $source != plugin || -e $home/state/hold ]] || find_holdfast ||
    why='The Holdfast plugin is on, but Holdfast itself is not installed, and without it nothing is recorded. Run: npm install -g holdfast && holdfast start'
  [[ -n $why ]] || return 0
  quoted=${why//\\/\\\\}
  quoted=${quoted//\"/\\\"}
  printf '{"systemMessage":"%s"}\n' "${quoted//[[:cntrl:]]/ }"
}

# Its first session with a sidecar that runs already; a sample of doctor's is no session.
begin_plugin() {
  [[ $body == *'"holdfast_sample":true'* ]] || start_sidecar
}

# Detached, and nobody waits for it: in a process group of its own it also outlives the client's cleaning up.
start_sidecar() {
  [[ ! -e $home/state/hold ]] && find_holdfast || return
  set -m
  {
    # In its environment it finds HOLDFAST_SOURCE: the first session of a plugin also sets what init sets.
    HOLDFAST_HOME=$home "${holdfast[@]}" start || [[ -s $home/state/not-running ]] ||
      printf 'Holdfast is not running: %s could not be started. Run: holdfast start\n' "${holdfast[@]: -1}" >"$home/state/not-running"
  } </dev/null >/dev/null 2>&1 5>&- &
}

# What starts a sidecar, as init and start wrote it down. A plugin may have to look on the PATH: it never
# brings a sidecar along, since nothing can be compiled or installed where it lies.
find_holdfast() {
  local node= cli=
  holdfast=()
  [[ -f $home/launch ]] && {
    IFS= read -r node
    IFS= read -r cli
  } <"$home/launch"
  if [[ -n $node && -n $cli ]] && [[ $source != plugin || (-x $node && -e $cli) ]]; then
    holdfast=("$node" "$cli")
  elif [[ $source == plugin ]]; then
    cli=$(type -P holdfast)
    [[ -n $cli ]] && holdfast=("$cli")
  fi
  [[ ${#holdfast[@]} -gt 0 ]]
}
