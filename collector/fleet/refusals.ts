// Refusals of agents: one error type for the door, counted by code and by agent since the process began.
import { IDENTITY_REFUSALS, type IdentityRefusal } from "../../contract/batch.ts";
import { CampusError } from "../../contract/errors.ts";

/** Refused because of who speaks; `code` is one of IDENTITY_REFUSALS. */
export class RefusedSpeaker extends CampusError {
  declare readonly code: IdentityRefusal;

  constructor(code: IdentityRefusal, message: string) {
    super(code, message);
  }
}

/** What is refused as a whole: everything of IDENTITY_REFUSALS. */
export type RefusalTotals = Record<IdentityRefusal, number>;

export class RefusalCounts {
  readonly #totals: RefusalTotals;
  /** Of enrolled agents only, so that invented names take no memory. */
  readonly #byAgent = new Map<string, Partial<RefusalTotals>>();

  constructor() {
    const codes = Object.keys(IDENTITY_REFUSALS) as IdentityRefusal[]; // the keys of our own constant
    this.#totals = Object.fromEntries(codes.map((code) => [code, 0])) as RefusalTotals; // all of them, by the line above
  }

  /** Of all agents, for GET /metrics. */
  get totals(): Readonly<RefusalTotals> {
    return this.#totals;
  }

  /** What an enrolled agent was refused for; only codes that came up. */
  of(agentId: string): Readonly<Partial<RefusalTotals>> {
    return this.#byAgent.get(agentId) ?? {};
  }

  /** @param agentId of an enrolled agent; absent for one that nobody knows */
  add(code: IdentityRefusal, agentId?: string): void {
    this.#totals[code] += 1;
    if (agentId === undefined) return;
    const own = this.#byAgent.get(agentId) ?? {};
    own[code] = (own[code] ?? 0) + 1;
    this.#byAgent.set(agentId, own);
  }
}
