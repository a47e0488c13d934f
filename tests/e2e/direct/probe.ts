/** Run on a lab host, as one who is there: asks the host of these settings for its name, and prints what came of it. */
import { openHosts } from "../../../provider/src/host";

async function main([settings = "{}"]: readonly string[]): Promise<void> {
  const host = openHosts({ "": JSON.parse(settings) }).get();
  const said = await host.call("connectGetHostname", {}).catch(({ code, message }) => ({ code, message }));
  await host.close();
  process.stdout.write(JSON.stringify(said));
}
void main(process.argv.slice(2));
