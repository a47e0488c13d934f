#!/bin/bash
# Builds libvirt's modular daemons, which Debian's source has and its packages have not, into .cache/modular. Built again only
# where libvirt's version or the recipe changed. Only the daemons themselves are compiled: they are linked with the
# libvirt.so of the machine's packages, and load its drivers.
set -euo pipefail

# shellcheck source=lab.sh
. "$(dirname "${BASH_SOURCE[0]}")/lab.sh"
# shellcheck source=mirror.sh
. "$lab_dir/mirror.sh"
# shellcheck source=kinds.sh
. "$lab_dir/kinds.sh"

out=$cache/modular
libraries=/usr/lib/x86_64-linux-gnu
read -ra daemons <<<"$(daemons_of modular) virtproxyd"

# The version of the installed packages: 9.0.0-4+deb12u2.
version() { dpkg-query -W -f '${Version}' libvirt-daemon; }
fingerprint() { { version; echo "${daemons[@]}"; cat "$lab_dir"/{modular,mirror}.sh; } | sha256sum | cut -c1-16; }

# With sources and lists of its own, so that the machine's apt settings stay as they are, whatever their form.
fetch() {
  local settings=(-o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$work/lists"
    -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root)
  mkdir -p "$work/lists" "$work/cache" "$work/source"
  debian_sources bookworm | sed 's/^deb /deb-src /' >"$work/sources.list"
  apt-get "${settings[@]}" -qq update
  (cd "$work" && apt-get "${settings[@]}" -qq source --download-only libvirt)
  tar -xf "$work/libvirt_$1.orig.tar.xz" -C "$work/source" --strip-components=1
}

configure() {
  meson setup "$work/build" "$work/source" -Dsystem=true -Drunstatedir=/run -Dbuildtype=plain -Dauto_features=disabled \
    -Dinit_script=none -Dtests=disabled -Ddocs=disabled -Dc_args=-w \
    -Ddriver_{remote,libvirtd,qemu,network,interface,secrets}=enabled -D{udev,pciaccess,yajl,storage_dir}=enabled
}

# inputs DAEMON PATTERN: those of a daemon's files whose name it matches.
inputs() { ninja -C "$work/build" -t inputs "src/$1" | grep -E "$2"; }

compile() {
  local daemon headers objects
  # Objects wait for generated headers only through the libraries, which are not built here.
  mapfile -t headers < <(inputs virtqemud '\.h$')
  ninja -C "$work/build" "${headers[@]}" src/admin/libvirt_admin_driver.a
  mapfile -t objects < <(for daemon in "${daemons[@]}"; do inputs "$daemon" "^src/$daemon\.p/"; done)
  ninja -C "$work/build" "${objects[@]}"
}

link() {
  local flags
  read -ra flags <<<"$(pkg-config --libs glib-2.0 gobject-2.0 gio-2.0 libtirpc gnutls libxml-2.0)"
  gcc -s -o "$work/daemons/$1" "$work/build/src/$1.p"/*.o "$work/build/src/admin/libvirt_admin_driver.a" \
    "$libraries"/libvirt{,-lxc,-qemu}.so.0 "${flags[@]}" -Wl,--as-needed
}

build() {
  local daemon upstream
  upstream=$(version)
  work=$(mktemp -d "$cache/modular-work.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  say "modular daemons: fetching libvirt's source"
  fetch "${upstream%-*}"
  say "modular daemons: compiling"
  { configure && compile; } >"$work/log" 2>&1 || die "the modular daemons do not compile: $(tail -n 20 "$work/log")"
  mkdir "$work/daemons"
  for daemon in "${daemons[@]}"; do link "$daemon"; done
  # Renamed into place: running hosts start their daemons from this folder.
  mv "$work/daemons"/* "$out/"
  printf '%s\n' "$1" >"$out/.recipe"
}

current() { [ "$(cat "$out/.recipe" 2>/dev/null)" = "$1" ]; }

main() {
  local key start=$SECONDS
  need_root
  "$lab_dir/packages.sh"
  key=$(fingerprint)
  mkdir -p "$out"
  if current "$key"; then say "modular daemons: up to date"; return; fi
  exec 9>"$out/.lock"
  flock 9
  if current "$key"; then say "modular daemons: up to date"; return; fi
  "$lab_dir/packages.sh" modular 9>&-
  build "$key"
  say "modular daemons: built in $((SECONDS - start)) s: $out"
}

main
