#!/bin/bash
# build.sh [PROGRAM...]: builds the Pulumi engine and its YAML, Node and Python language hosts, or those named, into .cache/bin,
# where PATH has none.
# Versions are pinned by pulumi/go.mod and languages/go.mod; nothing else is downloaded.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
bin=$root/.cache/bin
programs=(pulumi pulumi-language-yaml pulumi-language-nodejs pulumi-language-python pulumi-language-python-exec)
version_variable=github.com/pulumi/pulumi/sdk/v3/go/common/version.Version

say() { printf 'engine: %s\n' "$*"; }

# What an installed Pulumi brings is used as it is; our own earlier build does not count as installed.
on_path() {
  local found
  found=$(type -P "$1") && [ "$(readlink -f "$found")" != "$(readlink -f "$bin/$1")" ]
}

recipe() { cat "$here/build.sh" "$here"/{pulumi,languages}/{go.mod,go.sum} | sha256sum | cut -d' ' -f1; }

stamp() { printf '%s/.%s.recipe' "$bin" "$1"; }

# Those of the names that PATH has not and that are not built by the recipe.
missing() {
  local name key
  key=$(recipe)
  for name; do
    on_path "$name" || { [ -x "$bin/$name" ] && [ "$(cat "$(stamp "$name")" 2>/dev/null)" = "$key" ]; } || printf '%s\n' "$name"
  done
}

need_go() {
  type -P go >/dev/null && return
  say "neither pulumi nor go is on PATH: install Pulumi (https://www.pulumi.com/docs/install/) or Go 1.25 or later" >&2
  exit 1
}

# go build is silent for minutes: its -v lines become a count every ten seconds, anything else is passed on.
progress() {
  local name=$1 total=$2 count=0 next=$((SECONDS + 10)) line
  while IFS= read -r line; do
    case $line in *' '*) printf '%s\n' "$line" >&2; continue ;; esac
    count=$((count + 1))
    [ "$SECONDS" -lt "$next" ] && continue
    next=$((SECONDS + 10))
    say "$name: $count of at most $total packages compiled"
  done
}

compile() {
  local name=$1 module=$2 package=$3 version=$4 total start=$SECONDS
  say "building $name $version"
  cd "$here/$module"
  total=$(go list -deps -tags osusergo,grpcnotrace "$package" | wc -l)
  # As the Go SDK's tests compile: what is compiled here serves there.
  CGO_ENABLED=0 go build -trimpath -v -tags osusergo,grpcnotrace -ldflags "-s -w -X $version_variable=$version" \
    -o "$bin/.$name.new" "$package" 2>&1 | progress "$name" "$total"
  mv "$bin/.$name.new" "$bin/$name"
  say "$name built in $((SECONDS - start)) s"
}

version_of() { (cd "$here/$1" && go list -m -f '{{.Version}}' "$2"); }

make() {
  local sdk=github.com/pulumi/pulumi/sdk/v3 engine=github.com/pulumi/pulumi/pkg/v3 yaml=github.com/pulumi/pulumi-yaml
  case $1 in
  pulumi) compile "$1" pulumi $engine/cmd/pulumi "$(version_of pulumi $engine)" ;;
  pulumi-language-yaml) compile "$1" pulumi $yaml/cmd/pulumi-language-yaml "$(version_of pulumi $yaml)" ;;
  pulumi-language-nodejs) compile "$1" languages $sdk/nodejs/cmd/pulumi-language-nodejs "$(version_of languages $sdk)" ;;
  pulumi-language-python) compile "$1" languages $sdk/python/cmd/pulumi-language-python "$(version_of languages $sdk)" ;;
  pulumi-language-python-exec)
    install -m 755 "$(cd "$here/languages" && go list -m -f '{{.Dir}}' $sdk)/python/cmd/$1" "$bin/$1" ;;
  esac
}

main() {
  local wanted name
  [ $# -gt 0 ] || set -- "${programs[@]}"
  if on_path pulumi; then say "using $(type -P pulumi)"; fi
  wanted=$(missing "$@")
  if [ -z "$wanted" ]; then say "nothing to build"; return; fi
  need_go
  mkdir -p "$bin"
  exec 9>"$bin/.engine-lock"
  flock 9
  for name in $(missing "$@"); do
    make "$name"
    recipe >"$(stamp "$name")"
  done
  say "ready in $bin"
}

main "$@"
