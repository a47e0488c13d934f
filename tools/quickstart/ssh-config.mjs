/** Prints an ssh configuration with the host `quickstart`: the guest, reached through its hypervisor. */
const [uri, address, key] = process.argv.slice(2);
const { protocol, hostname, port, username, searchParams } = new URL(uri);

const line = (name, value) => (value ? `  ${name} ${value}\n` : "");
const quote = (path) => `"${path}"`;
const remote = protocol.includes("+ssh");

// The guest's host key is new with each machine, and the way to it is the hypervisor's, whose key is checked.
let text = `Host quickstart\n  HostName ${address}\n  User debian\n  IdentityFile ${quote(key)}\n  IdentitiesOnly yes
  StrictHostKeyChecking no\n  UserKnownHostsFile /dev/null\n  LogLevel ERROR\n`;
if (remote) {
  text += `  ProxyJump hypervisor\n\nHost hypervisor\n  HostName ${hostname}\n`;
  text += line("Port", port) + line("User", decodeURIComponent(username));
  const file = (name) => searchParams.get(name) && quote(searchParams.get(name));
  text += line("IdentityFile", file("keyfile")) + line("UserKnownHostsFile", file("known_hosts"));
}
process.stdout.write(text);
