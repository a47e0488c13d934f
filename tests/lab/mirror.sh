# shellcheck shell=bash
# Sourced by what makes something of Debian's packages: their sources, from the mirror that this machine's apt uses.

# debian_sources RELEASE: that mirror has every release beside this machine's own.
debian_sources() {
  local sources
  # shellcheck disable=SC2016 # apt expands these
  sources=$(apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) main' 'Created-By: Packages' 'Component: main' |
    grep -E ' bookworm(-updates|-security)? main$' | sort -u)
  if [ -n "$sources" ]; then printf '%s\n' "$sources"; else echo 'deb http://deb.debian.org/debian bookworm main'; fi |
    sed -E "s/ bookworm([a-z-]*) main$/ $1\1 main/"
}
