#!/bin/bash
# Installs Debian 13 with its libvirt and QEMU into .cache/trixie/root, the root of a lab host. Made again only where its recipe changed.
set -euo pipefail

# shellcheck source=lab.sh
. "$(dirname "${BASH_SOURCE[0]}")/lab.sh"
# shellcheck source=mirror.sh
. "$lab_dir/mirror.sh"

packages=$lab_dir/trixie/packages
out=$cache/trixie

fingerprint() { cat "$lab_dir/trixie.sh" "$lab_dir/mirror.sh" "$packages" | sha256sum | cut -c1-16; }

install_packages() {
  debian_sources trixie | mmdebstrap --quiet --mode=root --variant=minbase --format=directory \
    --include="$(paste -sd, "$packages")" --aptopt='APT::Install-Recommends "false"' --dpkgopt=force-unsafe-io \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    trixie "$1" - 2>"$1.log" || die "mmdebstrap failed: $(tail -n 8 "$1.log")"
}

# A folder for each recipe: a host that runs keeps the root from which it started.
build() {
  work=$(mktemp -d "$cache/trixie-work.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  say "trixie: installing packages (about 100 s)"
  install_packages "$work/root"
  rm -rf "${out:?}/$1"
  mv "$work/root" "$out/$1"
  ln -sfn "$1" "$out/root"
}

current() { [ "$(readlink "$out/root")" = "$1" ]; }

main() {
  local key start=$SECONDS
  key=$(fingerprint)
  mkdir -p "$out"
  if current "$key"; then say "trixie: up to date"; return; fi
  need_root
  "$lab_dir/packages.sh"
  exec 9>"$out/.lock"
  flock 9
  if current "$key"; then say "trixie: up to date"; return; fi
  build "$key"
  say "trixie: made in $((SECONDS - start)) s: $out/root"
}

main
