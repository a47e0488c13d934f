/** Run on a lab host, by one of its users: calls the daemon of these settings, and prints what it said. */
import { openHosts } from "../../../provider/src/host";

async function main([settings = "", procedure = "", args = ""]: readonly string[]): Promise<void> {
  const host = openHosts({ "": JSON.parse(settings) }).get();
  const said = await host
    .call(procedure as "connectGetHostname", JSON.parse(args))
    .catch(({ code, message }) => ({ code, message }));
  await host.close();
  process.stdout.write(JSON.stringify(said));
}
void main(process.argv.slice(2));
