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
  async run(stop: AbortSignal): Promise<void> {
    const onStop = () => this.#end.abort();
    stop.addEventListener("abort", onStop, { once: true });
    if (stop.aborted) onStop();
    try {
      await this.uplink.run(this.#end.signal);
    } finally {
      stop.removeEventListener("abort", onStop);
    }
  }

  retire(): void {
    this.#end.abort();
  }
}
