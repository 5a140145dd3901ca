// Requests that an agent signs, other than batches: who asks is proved before anything is done (contract/identity.ts, "requests").
import type { KeyObject } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { IdentityRefusal } from "../../contract/batch.ts";
import { HEADER } from "../../contract/batch.ts";
import { CampusError } from "../../contract/errors.ts";
import { isSignedBy, requestText } from "../../contract/identity.ts";
import { countingKey } from "./proof.ts";
import type { EnrolledAgent, Registry } from "./registry.ts";

/** How far a request's sent-at may be from now: by our clock, or by the agent's as its last batch showed it. */
export const FRESH_MS = 5 * 60_000;

export interface SignedRequestsOptions {
  registry: Pick<Registry, "agent" | "key">;
  nowMs(): number;
  /** The agent's clock minus ours at its last batch; `undefined` when it never sent one. */
  clockOffsetMs(agentId: string): number | undefined;
  /** Counts a refusal, keeps it as an event, and gives back the error to be thrown. */
  refuse(code: IdentityRefusal, message: string, about: { agentId: string; from: string }): CampusError;
}

export class SignedRequests {
  readonly #options: SignedRequestsOptions;
  readonly #bodies = new WeakMap<FastifyRequest, Uint8Array>();

  constructor(options: SignedRequestsOptions) {
    this.#options = options;
  }

  /**
   * From here on every route of this plugin may be called only by the enrolled agent that its `:id` names. Bodies are JSON.
   * Refusals are thrown before a body is looked at: 401 or 403 with a code of IDENTITY_REFUSALS, 403 FORBIDDEN for
   * another agent's address.
   */
  protect(app: FastifyInstance): void {
    app.removeContentTypeParser("application/json");
    app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body, done) => {
      const bytes = Buffer.from(body);
      this.#bodies.set(request, bytes);
      void app.getDefaultJsonParser("error", "error")(request, bytes.toString("utf8"), done); // it answers through done
    });
    app.addHook("preValidation", async (request) => {
      const agent = this.#prove(request, this.#bodies.get(request) ?? new Uint8Array());
      const { id } = request.params as { id?: string }; // of any route in here, with :id or without
      if (id !== undefined && id !== agent.id) {
        throw new CampusError("FORBIDDEN", `agent "${agent.id}" asked for what is agent "${id}"'s`);
      }
    });
  }

  /** Id of the key that a proved request was signed with. */
  keyOf(request: FastifyRequest): string {
    return header(request, HEADER.key) ?? "";
  }

  /** For one that was proved and has waited since: whether its key counts still. @throws what `refuse` makes of it when not */
  proveAgain(request: FastifyRequest): void {
    this.#speaker(header(request, HEADER.agent) ?? "", this.keyOf(request), request.ip);
  }

  #prove(request: FastifyRequest, body: Uint8Array): EnrolledAgent {
    const { nowMs, clockOffsetMs } = this.#options;
    const agentId = header(request, HEADER.agent);
    const sentAt = header(request, HEADER.sentAt);
    const keyId = header(request, HEADER.key);
    const signature = header(request, HEADER.signature);
    const refuse = (code: IdentityRefusal, message: string) =>
      this.#options.refuse(code, message, { agentId: agentId ?? "", from: request.ip });
    if (agentId === undefined || sentAt === undefined || keyId === undefined || signature === undefined) {
      throw refuse("SIGNATURE_MISSING", "an agent signs what it asks: agent, sent-at, key and signature belong to it");
    }
    const { agent, key } = this.#speaker(agentId, keyId, request.ip);
    const sentAtMs = Number(sentAt);
    const text = requestText({ method: request.method, path: request.url, agent: agentId, sentAtMs, body });
    if (!Number.isSafeInteger(sentAtMs) || !isSignedBy(text, signature, key)) {
      throw refuse("SIGNATURE_INVALID", `the signature is not that of agent "${agentId}" over this request`);
    }
    const aheadMs = sentAtMs - nowMs();
    const usualMs = clockOffsetMs(agentId) ?? 0;
    if (Math.abs(aheadMs) > FRESH_MS && Math.abs(aheadMs - usualMs) > FRESH_MS) {
      const seconds = Math.round(Math.abs(aheadMs) / 1_000);
      const where = aheadMs < 0 ? "behind" : "ahead of";
      throw refuse("REQUEST_STALE", `agent "${agentId}" signed this ${seconds} s ${where} the collector's clock`);
    }
    return agent;
  }

  #speaker(agentId: string, keyId: string, from: string): { agent: EnrolledAgent; key: KeyObject } {
    const { registry } = this.#options;
    const refuse = (code: IdentityRefusal, message: string) => this.#options.refuse(code, message, { agentId, from });
    const agent = registry.agent(agentId);
    if (agent === undefined) throw refuse("AGENT_UNKNOWN", `nobody enrolled an agent "${agentId}" here`);
    return { agent, key: countingKey(registry, agent, keyId, refuse) };
  }
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" ? value.slice(0, 256) : undefined;
}
