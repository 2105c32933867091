#!/bin/bash -p
# StopFailure: Claude Code reads nothing of what it prints. Exits 0 whatever happens.
set +o posix
exec 2>/dev/null
here=${BASH_SOURCE[0]%/*}
[[ $here == "${BASH_SOURCE[0]}" ]] && here=.
. "$here/lib.sh" StopFailure no
exit 0
