// Delivering to one collector; another takes its place when the configuration names another address.
import { Uplink, type UplinkOptions } from "./uplink/uplink.ts";

export class Delivery {
  readonly collector: string;
  readonly uplink: Uplink;
  readonly #end = new AbortController();

  constructor(options: UplinkOptions) {
    this.collector = options.collector;
    this.uplink = new Uplink(options);
  }

  /** Resolves when it was retired, or the signal has aborted, and the request under way has been given up. */
  run(stop: AbortSignal): Promise<void> {
    return this.uplink.run(AbortSignal.any([stop, this.#end.signal]));
  }

  retire(): void {
    this.#end.abort();
  }
}
