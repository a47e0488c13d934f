# shellcheck shell=bash
# Sourced by guest.sh and image.sh: the package sources of Debian 12, from the mirror that this machine's apt uses.

debian_sources() {
  local sources
  # shellcheck disable=SC2016 # apt expands these
  sources=$(apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) main' 'Created-By: Packages' 'Component: main' |
    grep -E ' bookworm(-updates|-security)? main$' | sort -u)
  if [ -n "$sources" ]; then printf '%s\n' "$sources"; else echo 'deb http://deb.debian.org/debian bookworm main'; fi
}
