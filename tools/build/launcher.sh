#!/bin/sh
# Node would parse the whole of an extra certificate bundle at each start, which takes longer than all the rest.
unset NODE_EXTRA_CA_CERTS
# No program is started for what the shell knows: each costs as much as the shell itself.
self=$0
[ -L "$self" ] && self=$(readlink -f "$self")
exec node "${self%/*}/main.cjs" "$@"
