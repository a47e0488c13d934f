#!/bin/bash
# Sets up what is missing and runs the quick start: on a lab host of this machine, or, with KVM_URI and IMAGE, on the user's own.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$root"
started=$SECONDS

if [ -n "${KVM_URI:-}" ] && [ -z "${IMAGE:-}" ]; then
  echo "KVM_URI is given, but IMAGE is not: name a cloud image (a path on this machine, or an https URL that the host fetches)" >&2
  exit 2
fi
# Where nothing is cached it compiles for minutes, which the rest of the preparation mostly spends waiting for the network;
# the program is YAML, so the other languages' hosts can wait. Its own process group, so that it ends with us.
setsid tools/engine/build.sh pulumi pulumi-language-yaml &
engine=$!
trap 'kill -- "-$engine" 2>/dev/null || true' EXIT

step "Tools, and the Pulumi engine beside them"
if [ -z "${KVM_URI:-}" ]; then
  tests/lab/packages.sh
elif ! { type -P make npm ssh ssh-keygen >/dev/null; }; then
  echo "needed on this machine: make, npm, ssh and ssh-keygen" >&2
  exit 2
fi
make -s node_modules/.installed
step "The provider"
make -s install PULUMI_HOME="$PULUMI_HOME"
if [ -z "${KVM_URI:-}" ]; then
  step "A Debian cloud image"
  tests/lab/image.sh
  IMAGE=$root/.cache/images/debian-12-cloud.qcow2
fi
step "The Pulumi engine"
wait "$engine"
trap - EXIT
if [ -z "${KVM_URI:-}" ]; then
  step "A libvirt host in this machine's name spaces"
  # A lab that was there before stays when the quick start goes.
  mkdir -p "$mine"
  [ -d .lab ] || touch "$our_lab"
  make -s lab
  . .lab/env
fi

# The program takes a URL; that of a file is sent from here.
case $IMAGE in
*://*) ;;
*) IMAGE=file://$(realpath "$IMAGE") ;;
esac

step "pulumi up ($KVM_URI)"
mkdir -p "$mine/state" "$PULUMI_HOME"
[ -s "$key" ] || ssh-keygen -q -t ed25519 -N '' -C quickstart -f "$key" </dev/null
pulumi_here stack select --create quickstart >/dev/null
pulumi_here config set kvm:uri "$KVM_URI"
pulumi_here config set image "$IMAGE"
pulumi_here config set sshKey "$(cat "$key.pub")"
pulumi_here up --yes --skip-preview

step "Logging in"
address=$(pulumi_here stack output address)
node tools/quickstart/ssh-config.mjs "$KVM_URI" "$address" "$key" >"$ssh_config"
ssh -F "$ssh_config" quickstart 'echo "$(hostname): $(uname -sr), cloud-init $(cloud-init status | sed s/status:.//)"'

printf '\nThe machine is at %s (%d s in all). Log in with:\n\n  ssh -F %s quickstart\n\nTake it all down with: make down\n' \
  "$address" "$((SECONDS - started))" "$(realpath --relative-to="$PWD" "$ssh_config")"
