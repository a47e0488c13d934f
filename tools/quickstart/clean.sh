#!/bin/bash
# Removes all that was built here, caches included; but not the only record of a machine on a host of the user's own.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$root"
settings=$program/Pulumi.quickstart.yaml

# What is in the lab goes with the lab.
if [ -e "$settings" ] && ! grep -qF "$root/.lab/" "$settings"; then
  echo "the quick start's machine is on a host of your own, and what it made there is recorded in .cache only: first take it down with make down" >&2
  exit 1
fi
# Without a lab here there is nothing for which root is needed.
if [ -d .lab ] || [ "$(id -u)" = 0 ]; then make -s lab-down; fi
rm -rf bin .cache .lab node_modules "$settings"
echo "clean: bin, node_modules, .cache and .lab are gone"
