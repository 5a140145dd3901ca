// Hearing traps by one configuration; it outlives a change that does not concern it, because closing the port loses traps.
import { isDeepStrictEqual } from "node:util";
import type { AgentConfig } from "./config/config.ts";
import type { TrapSettings } from "./traps/settings.ts";
import { Traps, type TrapsOptions } from "./traps/traps.ts";

export type HearingOptions = Omit<TrapsOptions, "settings" | "targets" | "agent">;

type Concern = Pick<TrapsOptions, "settings" | "targets" | "agent">;

export class Hearing {
  readonly traps: Traps;
  readonly #concern: Concern;
  readonly #end = new AbortController();

  constructor(concern: Concern, options: HearingOptions) {
    this.#concern = concern;
    this.traps = new Traps({ ...options, ...concern });
  }

  /** Whether a configuration would make the same of it. */
  fits(config: AgentConfig): boolean {
    return isDeepStrictEqual(this.#concern, concernOf(config));
  }

  /** Resolves when it was retired, or the signal has aborted, and the port is free. */
  run(stop: AbortSignal): Promise<void> {
    return this.traps.run(AbortSignal.any([stop, this.#end.signal]));
  }

  retire(): void {
    this.#end.abort();
  }
}

/** `undefined` where the configuration wants no traps. */
export function hearingOf(config: AgentConfig, options: HearingOptions): Hearing | undefined {
  const concern = concernOf(config);
  return concern && new Hearing(concern, options);
}

function concernOf({ agent, traps, targets }: AgentConfig): Concern | undefined {
  if (!traps) return undefined;
  const settings: TrapSettings = traps;
  return {
    agent,
    settings,
    targets: targets.map(({ id, address }) => ({ id, host: address.host, port: address.port })),
  };
}
