# shellcheck shell=bash
# Sourced by up.sh and down.sh: where the quick start keeps what is its own, and how it calls pulumi.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
program=$root/examples/quickstart/yaml
mine=$root/.cache/quickstart
key=$mine/id_ed25519
ssh_config=$mine/ssh_config
our_lab=$mine/lab

# Node would parse the whole of this bundle at each start of the provider.
unset NODE_EXTRA_CA_CERTS
export PATH=$root/.cache/bin:$PATH
export PULUMI_HOME=$mine/home PULUMI_BACKEND_URL=file://$mine/state PULUMI_CONFIG_PASSPHRASE=quickstart
export PULUMI_SKIP_UPDATE_CHECK=1 PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=1

# Colours are for people; a file gets none.
if [ -t 1 ]; then color=always bold=$'\033[1m' plain=$'\033[0m'; else color=never bold='' plain=''; fi
step() { printf '\n%s==> %s%s\n' "$bold" "$*" "$plain"; }
pulumi_here() { pulumi --cwd "$program" --non-interactive --color "$color" "$@"; }
