/** A provider that does nothing but return states of a given size: what the engine alone costs. */
const { Server, ServerCredentials } = require("@grpc/grpc-js");
const { ResourceProviderService } = require("@pulumi/pulumi/proto/provider_grpc_pb");
const messages = require("@pulumi/pulumi/proto/provider_pb");
const { PluginInfo } = require("@pulumi/pulumi/proto/plugin_pb");
const { Struct } = require("google-protobuf/google/protobuf/struct_pb");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb");

const filler = Struct.fromJavaScript({ filler: "x".repeat(Number(process.env.NOTHING_STATE_BYTES ?? 3072)) });
let serial = 0;

const answer = (make) => (call, callback) => callback(null, make(call.request));
const set = (message, values) => {
  for (const [name, value] of Object.entries(values)) message[`set${name}`](value);
  return message;
};
const checked = answer((request) => set(new messages.CheckResponse(), { Inputs: request.getNews() }));

const server = new Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 });
server.addService(ResourceProviderService, {
  handshake: answer(() =>
    set(new messages.ProviderHandshakeResponse(), { AcceptSecrets: true, AcceptResources: true, AcceptOutputs: true }),
  ),
  attach: answer(() => new Empty()),
  getPluginInfo: answer(() => set(new PluginInfo(), { Version: "0.1.0" })),
  getSchema: answer(() =>
    set(new messages.GetSchemaResponse(), {
      Schema: require("node:fs").readFileSync(process.env.NOTHING_SCHEMA, "utf8"),
    }),
  ),
  checkConfig: checked,
  diffConfig: answer(() => new messages.DiffResponse()),
  configure: answer(() =>
    set(new messages.ConfigureResponse(), {
      Acceptsecrets: true,
      Supportspreview: true,
      Acceptresources: true,
      Acceptoutputs: true,
    }),
  ),
  check: checked,
  diff: answer(() => set(new messages.DiffResponse(), { Changes: messages.DiffResponse.DiffChanges.DIFF_NONE })),
  create: answer((request) =>
    set(new messages.CreateResponse(), {
      Id: request.getPreview() ? "" : `default/nothing-${serial++}`,
      Properties: filler,
    }),
  ),
  read: answer((request) =>
    set(new messages.ReadResponse(), {
      Id: request.getId(),
      Properties: request.getProperties(),
      Inputs: request.getInputs(),
    }),
  ),
  update: answer(() => set(new messages.UpdateResponse(), { Properties: filler })),
  delete: answer(() => new Empty()),
  cancel: answer(() => new Empty()),
});
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`${port}\n`);
});
process.stdin.on("end", () => process.exit(0)).resume();
process.on("SIGINT", () => process.exit(0));
