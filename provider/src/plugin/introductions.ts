/** What the engine asks before it knows of any program: who this is, what it can do, where to tell of what it does. */
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Failure } from "../failure";
import { unary } from "./answer";
import type { Calls } from "./calls";
import { messages } from "./messages";
import type { Package } from "./resource";

const messagesTo = (engine: string) => (engine === "" ? undefined : messages(engine));

export function introductions(version: string, schema: Package["schema"], under: Calls) {
  return {
    handshake: unary((request: rpc.ProviderHandshakeRequest) => {
      under.attach(messagesTo(request.getEngineAddress()));
      const answer = new rpc.ProviderHandshakeResponse();
      answer.setAcceptSecrets(true);
      answer.setAcceptResources(true);
      answer.setAcceptOutputs(true);
      answer.setSupportsAutonamingConfiguration(true);
      return answer;
    }),
    attach: unary((request: { getAddress(): string }) => {
      under.attach(messagesTo(request.getAddress()));
      return new Empty();
    }),
    getPluginInfo: unary(() => {
      const info = new PluginInfo();
      info.setVersion(version);
      return info;
    }),
    getSchema: unary(async (request: rpc.GetSchemaRequest) => {
      if (request.getVersion() !== 0)
        throw new Failure("unsupported", `there is no version ${request.getVersion()} of the schema's format, only 0`);
      const answer = new rpc.GetSchemaResponse();
      answer.setSchema(await schema());
      return answer;
    }),
    getMapping: unary(() => new rpc.GetMappingResponse()),
    getMappings: unary(() => new rpc.GetMappingsResponse()),
    cancel: unary(() => {
      under.cancel();
      return new Empty();
    }),
  };
}
