// The routes that agents call with their identity, behind one door: where a client certificate is wanted, all of them want it.
import type { FastifyInstance, FastifyPluginAsync } from "fastify";
import { HEADER } from "../../contract/batch.ts";
import type { Services } from "../app.ts";
import type { Identity } from "../fleet/identity.ts";
import { ingestHttp } from "../ingest/http.ts";
import { certificateProblem } from "../tls.ts";
import { agentConfigApi } from "./agent-config.ts";
import { keyApi } from "./enroll.ts";

export interface AgentRoutesOptions {
  services: Services;
  /** Whether the listener asks for client certificates. */
  wantsCertificates: boolean;
}

export const agentRoutes: FastifyPluginAsync<AgentRoutesOptions> = async (app, { services, wantsCertificates }) => {
  const { ingest, speakers, paused, identity, configs } = services;
  if (wantsCertificates) wantCertificates(app, identity);
  await app.register(ingestHttp, { ingest, speakers, paused });
  await app.register(keyApi, { identity });
  if (configs) await app.register(agentConfigApi, { configs, identity });
};

/** The certificate has to be that of the agent whom the headers name; what they say is proved later, by the signature. */
function wantCertificates(app: FastifyInstance, identity: Identity): void {
  app.addHook("onRequest", async (request) => {
    const named = request.headers[HEADER.agent];
    const agentId = typeof named === "string" ? named.slice(0, 64) : "";
    const problem = certificateProblem(request, agentId);
    if (problem === undefined) return;
    identity.speakers.noteCertificate(agentId, request.ip, problem.message);
    throw problem;
  });
}
