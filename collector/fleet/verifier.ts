// Who may speak, in which order, and what a repetition is: the fleet's side of ingest (collector/ingest/speakers.ts).
import type { IdentityRefusal } from "../../contract/batch.ts";
import { batchText, isSignedBy } from "../../contract/identity.ts";
import type { Arrival, Delivery, Repeat, Speakers } from "../ingest/speakers.ts";
import { instantText } from "../inventory/day.ts";
import type { FleetEvents } from "./events.ts";
import { type AgentOrder, type Ledger, restoreOrder } from "./order.ts";
import { countingKey } from "./proof.ts";
import { RefusalCounts, RefusedSpeaker } from "./refusals.ts";
import type { EnrolledAgent, Registry } from "./registry.ts";

export interface VerifierOptions {
  registry: Registry;
  events: FleetEvents;
  ledger: Ledger;
  /** School of an agent that speaks without a signature, where the configuration allows that; absent: none may. */
  unsignedSchool?: ((agentId: string) => string | undefined) | undefined;
  nowMs(): number;
}

export class Verifier implements Speakers {
  readonly counts = new RefusalCounts();
  readonly #options: VerifierOptions;
  readonly #orders = new Map<string, AgentOrder>();
  /** Being restored at this moment: several batches of one agent wait for one look into the ledger. */
  readonly #restoring = new Map<string, Promise<AgentOrder>>();

  constructor(options: VerifierOptions) {
    this.#options = options;
  }

  async school(delivery: Delivery): Promise<string> {
    const { registry, unsignedSchool } = this.#options;
    const { agentId, signature, key } = delivery;
    const agent = registry.agent(agentId);
    if (agent === undefined) {
      const school = signature === undefined && key === undefined ? unsignedSchool?.(agentId) : undefined;
      if (school !== undefined) return school;
      throw this.refuse("AGENT_UNKNOWN", `nobody enrolled an agent "${agentId}" here`, delivery);
    }
    this.#prove(agent, delivery);
    await this.#retire(agent, delivery);
    return agent.school;
  }

  async order(arrival: Arrival): Promise<void> {
    const { agentId, session, sequence, lane } = arrival;
    const order = await this.#orderOf(agentId);
    const resetMs = this.#options.registry.agent(agentId)?.enrolledAtMs ?? Number.NEGATIVE_INFINITY;
    const verdict = await order.judge(arrival, resetMs);
    switch (verdict.kind) {
      case "next":
      case "known":
        return;
      case "below":
        throw this.refuse(
          "BATCH_OUT_OF_ORDER",
          `batch ${sequence} of session ${session} comes after ${verdict.highest} of its lane ${lane}, and was never stored`,
          arrival,
        );
      case "superseded":
        throw this.refuse(
          "SESSION_SUPERSEDED",
          `session ${session} goes on although session ${verdict.later} began at ${instantText(verdict.sinceMs)}: ` +
            `two machines seem to speak as "${agentId}". Enrol one of them under a name of its own`,
          arrival,
        );
    }
  }

  stored(arrival: Arrival): void {
    this.#orders.get(arrival.agentId)?.stored(arrival); // restored by `order` of the same batch
  }

  repeated(repeat: Repeat): void {
    const { session, sequence, digest, sentAtMs, first } = repeat;
    if (first === undefined) return; // so long ago that only its name is kept
    if (first.digest !== digest) {
      const what = `another batch was stored as ${sequence} of session ${session}`;
      throw this.refuse("BATCH_CONFLICT", `${what}: the same name for two contents`, repeat);
    }
    if (sentAtMs !== undefined && first.sentAtMs === sentAtMs) {
      const what = `batch ${sequence} of session ${session} came again in the very request that was taken before`;
      throw this.refuse("BATCH_REPLAYED", `${what}; an agent that repeats a batch signs it anew`, repeat);
    }
  }

  foreign(agentId: string, device: string, from: string): void {
    const about = this.#about(agentId, from);
    const text = `agent "${agentId}" spoke of device "${device.slice(0, 128)}", which only other schools have`;
    this.#options.events.note({ ...about, kind: "FOREIGN_DEVICE", text });
  }

  /** An agent's route was asked without the agent's own client certificate: kept as an event. */
  noteCertificate(agentId: string, from: string, message: string): void {
    this.#options.events.note({ ...this.#about(agentId, from), kind: "CERTIFICATE_REFUSED", text: message });
  }

  /** Counts a refusal, keeps it as an event, and gives back the error to be thrown. */
  refuse(code: IdentityRefusal, message: string, { agentId, from }: { agentId: string; from: string }): RefusedSpeaker {
    const about = this.#about(agentId, from);
    this.counts.add(code, about.agent);
    this.#options.events.note({ ...about, kind: code, text: message });
    return new RefusedSpeaker(code, message);
  }

  #prove(
    agent: EnrolledAgent,
    { agentId, session, parts, lane, sentAtMs, key, signature, body, from }: Delivery,
  ): void {
    const refuse = (code: IdentityRefusal, message: string) => this.refuse(code, message, { agentId, from });
    if (signature === undefined || key === undefined || sentAtMs === undefined) {
      throw refuse(
        "SIGNATURE_MISSING",
        `agent "${agentId}" is enrolled: it signs its batches and says when it sent them`,
      );
    }
    const publicKey = countingKey(this.#options.registry, agent, key, refuse);
    if (!isSignedBy(batchText({ agent: agentId, session, parts, lane, sentAtMs, body }), signature, publicKey)) {
      throw refuse("SIGNATURE_INVALID", `the signature is not that of agent "${agentId}" over these bytes and headers`);
    }
  }

  /** A batch signed with a new key shows that the agent has it: from here on the old one does not count. */
  async #retire(agent: EnrolledAgent, { key, from }: Delivery): Promise<void> {
    if (key === undefined || agent.keys[0]?.id === key) return;
    const { registry, events, nowMs } = this.#options;
    const retired = await registry.retireBefore(agent.id, key, nowMs());
    if (retired.length === 0) return;
    const text = `agent "${agent.id}" signs with key ${key}: ${retired.map(({ id }) => id).join(", ")} no longer counts`;
    events.note({ ...this.#about(agent.id, from), kind: "KEYS_RETIRED", text });
  }

  async #orderOf(agentId: string): Promise<AgentOrder> {
    const known = this.#orders.get(agentId);
    if (known !== undefined) return known;
    let restoring = this.#restoring.get(agentId);
    if (restoring === undefined) {
      restoring = restoreOrder(agentId, this.#options.ledger, this.#options.nowMs);
      this.#restoring.set(agentId, restoring);
    }
    try {
      const order = await restoring;
      this.#orders.set(agentId, order);
      return order;
    } finally {
      this.#restoring.delete(agentId);
    }
  }

  /** Whose event it is: whoever invents names has none of their own, and fills nothing. */
  #about(agentId: string, address: string): { agent?: string; claimed?: string; school?: string; address: string } {
    const agent = this.#options.registry.agent(agentId);
    return agent === undefined ? { claimed: agentId, address } : { agent: agent.id, school: agent.school, address };
  }
}
