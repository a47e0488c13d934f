#!/bin/bash
# Writes sdk/{nodejs,python,go} from schema.json, which is validated on the way; with --check, only says what is stale.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
type -P go >/dev/null || { echo "sdk: the SDK generator needs Go 1.25 or later on PATH" >&2; exit 1; }
check=()
[ "${1:-}" = --check ] && check=(-check)
version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' "$root/package.json")
mkdir -p "$root/.cache/bin"
(cd "$here" && CGO_ENABLED=0 go build -trimpath -tags osusergo,grpcnotrace -ldflags "-s -w" -o "$root/.cache/bin/sdk" .)
"$root/.cache/bin/sdk" -root "$root" -version "$version" "${check[@]}"
