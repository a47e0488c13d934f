#!/bin/bash
# Destroys what up.sh made: the machine, its volumes, and the lab host where there is one.
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
if [ -d .lab ]; then
  step "The lab"
  make -s lab-down
fi
rm -f "$ssh_config"
