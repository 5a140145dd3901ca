// Who the agents are: registry, codes, events, and what proves them, put together over the collector's state.
import type { FastifyBaseLogger } from "fastify";
import type { Inventory } from "../inventory/inventory.ts";
import type { State } from "../state/state.ts";
import { openCodes } from "./codes.ts";
import { Enrolment } from "./enrolment.ts";
import { type FleetEvents, openEvents } from "./events.ts";
import type { Ledger } from "./order.ts";
import { openRegistry, type Registry } from "./registry.ts";
import { SignedRequests } from "./signed-request.ts";
import { Verifier } from "./verifier.ts";

export interface IdentityOptions {
  state: State;
  ledger: Ledger;
  /** In force now; absent until one was imported. */
  inventory(): Inventory | undefined;
  /** The agent's clock minus ours at its last batch; `undefined` when it never sent one. */
  clockOffsetMs(agentId: string): number | undefined;
  /** Takes unsigned batches of agents that the inventory lists and that are not enrolled. */
  unsigned: boolean;
  nowMs(): number;
  log: FastifyBaseLogger;
}

export interface Identity {
  registry: Registry;
  events: FleetEvents;
  enrolment: Enrolment;
  /** What ingest asks; its `counts` are for GET /metrics. */
  speakers: Verifier;
  requests: SignedRequests;
  /** Resolves when everything that happened is in the state; before that is closed. */
  close(): Promise<void>;
}

/** @throws StateError */
export async function openIdentity(options: IdentityOptions): Promise<Identity> {
  const { state, ledger, inventory, clockOffsetMs, unsigned, nowMs, log } = options;
  if (unsigned)
    log.warn("agents of the inventory that are not enrolled may speak unsigned: anybody can speak for them");
  const registry = await openRegistry(state);
  const events = await openEvents(state, { nowMs, log });
  const codes = await openCodes(state);
  const unsignedSchool = unsigned ? (agentId: string) => inventory()?.schoolOfAgent(agentId)?.id : undefined;
  const speakers = new Verifier({ registry, events, ledger, unsignedSchool, nowMs });
  return {
    registry,
    events,
    speakers,
    enrolment: new Enrolment({ registry, codes, events, inventory, nowMs }),
    requests: new SignedRequests({
      registry,
      nowMs,
      clockOffsetMs,
      refuse: (code, message, about) => speakers.refuse(code, message, about),
    }),
    close: () => events.flush(),
  };
}
