# shellcheck shell=bash
# Sourced by up.sh and down.sh: where the quick start keeps what is its own, and how it calls pulumi.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
program=$root/examples/quickstart/yaml
mine=$root/.cache/quickstart
key=$mine/id_ed25519
ssh_config=$mine/ssh_config

# Node would parse the whole of this bundle at each start of the provider.
unset NODE_EXTRA_CA_CERTS
export PATH=$root/.cache/bin:$PATH
export PULUMI_HOME=$mine/home PULUMI_BACKEND_URL=file://$mine/state PULUMI_CONFIG_PASSPHRASE=quickstart
export PULUMI_SKIP_UPDATE_CHECK=1 PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=1

step() { printf '\n\033[1m==> %s\033[0m\n' "$*"; }
pulumi_here() { pulumi --cwd "$program" --non-interactive --color always "$@"; }
