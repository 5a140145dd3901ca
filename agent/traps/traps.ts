// Traps as a part of the agent: keeps the port open, the senders' names looked up, and says how it goes.
import { lookup } from "node:dns/promises";
import { isIPv6 } from "node:net";
import type { Logger } from "pino";
import Type, { type Static } from "typebox";
import type { Clock } from "../../contract/clock.ts";
import { codeOf, messageOf } from "../../contract/errors.ts";
import type { CampusEvent, Fact } from "../../contract/reading.ts";
import { sleep } from "../schedule/pace.ts";
import { KeptDevices } from "./kept-devices.ts";
import { loadNotifications } from "./notifications.ts";
import { TrapReceiver } from "./receiver.ts";
import { type LookupAll, type Reachable, Senders } from "./senders.ts";
import type { TrapSettings } from "./settings.ts";

export interface TrapsOptions {
  settings: TrapSettings;
  agent: string;
  targets: readonly Reachable[];
  clock: Clock;
  /** Monotonic real time in milliseconds. */
  realMs(): number;
  log: Logger;
  onEvent(event: CampusEvent): void;
  /** Resolves to whether every event handed on so far is durable; false where that is not known. Never rejects. */
  stored(): Promise<boolean>;
  lookup?: LookupAll;
}

const Count = Type.Integer({ minimum: 0 });

export const TrapsStatusSchema = Type.Object({
  listen: Type.String(),
  state: Type.Enum(["starting", "receiving", "failed", "stopped"]),
  /** Why the port cannot be had. */
  problem: Type.Optional(Type.String()),
  received: Count,
  events: Count,
  repeated: Count,
  /** By the words of agent/traps/refusal.ts; what never happened is not there. */
  refused: Type.Record(Type.String(), Count),
});

export type TrapsStatus = Static<typeof TrapsStatusSchema>;

/** A port that could not be had is tried again after so long. */
const AGAIN_MS = 60_000;
/** Names are looked up again after so many of these. */
const NAMES_EVERY = 5;

export class Traps {
  readonly #options: TrapsOptions;
  readonly #senders: Senders;
  readonly #devices = new KeptDevices();
  #receiver: TrapReceiver | undefined;
  #state: TrapsStatus["state"] = "starting";
  #problem: string | undefined;

  constructor(options: TrapsOptions) {
    this.#options = options;
    this.#senders = new Senders(options.targets, options.lookup ?? ((host) => lookup(host, { all: true })));
  }

  /** What a probe said of devices: traps of controllers name them in other ways. */
  learn(facts: readonly Fact[]): void {
    for (const fact of facts) this.#devices.learn(fact);
  }

  /** Events have been lost before they were durable. */
  forgetInforms(): void {
    this.#receiver?.forgetInforms();
  }

  status(): TrapsStatus {
    const stats = this.#receiver?.stats() ?? { received: 0, events: 0, repeated: 0, refused: {} };
    return {
      listen: place(this.#options.settings),
      state: this.#state,
      ...(this.#problem !== undefined && { problem: this.#problem }),
      ...stats,
    };
  }

  /** Until the signal aborts. A port that cannot be had is said and tried again; the agent asks its targets meanwhile. */
  async run(signal: AbortSignal): Promise<void> {
    const rules = await loadNotifications();
    const [senders, devices] = [this.#senders, this.#devices];
    const receiver = new TrapReceiver({ ...this.#options, rules, senders, devices });
    this.#receiver = receiver;
    try {
      for (let round = 0; !signal.aborted; round++) {
        if (this.#state !== "receiving") await this.#listen(receiver);
        // Nobody waits for it: what is not known yet is refused, and an inform comes again.
        if (round % NAMES_EVERY === 0) void senders.refresh();
        await sleep(AGAIN_MS, signal);
      }
    } finally {
      this.#state = "stopped";
      await receiver.close();
    }
  }

  async #listen(receiver: TrapReceiver): Promise<void> {
    const { settings, log } = this.#options;
    try {
      await receiver.listen();
      this.#state = "receiving";
      this.#problem = undefined;
      log.info({ listen: place(settings) }, "traps are received");
    } catch (error) {
      const problem = sentenceOf(error, settings);
      if (problem !== this.#problem) log.error({ listen: place(settings), problem }, "no traps are received");
      this.#state = "failed";
      this.#problem = problem;
    }
  }
}

function place({ address, port }: TrapSettings): string {
  return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
}

/** What the operator can do about it. */
function sentenceOf(error: unknown, { address, port }: TrapSettings): string {
  switch (codeOf(error)) {
    case "EACCES":
      return `port ${port} is only for programs with CAP_NET_BIND_SERVICE: give it, or listen above 1023 (docs/traps.md)`;
    case "EADDRINUSE":
      return `port ${port} is taken by another program, often snmptrapd`;
    case "EADDRNOTAVAIL":
      return `${address} is no address of this machine`;
    default:
      return messageOf(error);
  }
}
