#!/bin/bash
# Destroys what up.sh made: the machine, its volumes, and the lab host where it made one.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$root"

if [ -d "$mine/state/.pulumi/stacks" ] && pulumi_here stack select quickstart >/dev/null 2>&1; then
  case $(pulumi_here config get kvm:uri) in
    # The lab may have gone down since (a reboot): what was in it must be told so, not found unreachable.
    *"$root/.lab/"*) [ ! -x tests/lab/up.sh ] || make -s lab ;;
  esac
  step "pulumi destroy"
  pulumi_here destroy --yes --skip-preview --remove
fi
if [ -e "$our_lab" ]; then
  step "The lab"
  make -s lab-down
  rm -f "$our_lab"
fi
rm -f "$ssh_config"
echo "down: nothing that make up made is left"
