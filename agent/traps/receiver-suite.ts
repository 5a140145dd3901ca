// A receiver for tests: on a port that the system picks, with its clock in hand and its events collected.
import { pino } from "pino";
import type { CampusEvent } from "../../contract/reading.ts";
import { KeptDevices } from "./kept-devices.ts";
import { loadNotifications } from "./notifications.ts";
import { type ReceiverOptions, TrapReceiver } from "./receiver.ts";
import { type Reachable, Senders } from "./senders.ts";
import type { TrapSettings } from "./settings.ts";

export const NOW = Date.UTC(2026, 8, 1, 2);

export interface TestReceiver {
  receiver: TrapReceiver;
  devices: KeptDevices;
  events: CampusEvent[];
  /** What the log said, without its time. */
  logged: string[];
  /** Wall clock and monotonic clock together. */
  pass(ms: number): void;
  /** Resolves as soon as there are so many events; waits as long as the test may take. */
  untilEvents(count: number): Promise<CampusEvent[]>;
}

export interface TestReceiverOptions extends Partial<TrapSettings> {
  targets?: readonly Pick<Reachable, "id" | "host">[];
  gate?: ReceiverOptions["gate"];
  /** Resolves to whether the events are durable; at once and yes where absent. */
  stored?: ReceiverOptions["stored"];
}

export async function testReceiver({
  targets,
  gate,
  stored,
  ...settings
}: TestReceiverOptions = {}): Promise<TestReceiver> {
  const events: CampusEvent[] = [];
  const logged: string[] = [];
  const waiting = new Set<() => void>();
  const devices = new KeptDevices();
  let elapsedMs = 0;
  const reachable = (targets ?? [{ id: "switch", host: "127.0.0.1" }]).map((target, i) => ({
    ...target,
    port: 161 + i,
  }));
  const receiver = new TrapReceiver({
    settings: { address: "127.0.0.1", port: 0, communities: ["public"], users: [], ...settings },
    agent: "a1",
    rules: await loadNotifications(),
    senders: new Senders(reachable, () => Promise.reject(new Error("no names"))),
    devices,
    clock: { nowMs: () => NOW + elapsedMs, sleepUntil: () => Promise.resolve() },
    realMs: () => elapsedMs,
    log: pino({ level: "debug", base: null, timestamp: false }, { write: (line: string) => logged.push(line) }),
    onEvent: (event) => {
      events.push(event);
      for (const look of waiting) look();
    },
    stored: stored ?? (() => Promise.resolve(true)),
    ...(gate && { gate }),
  });
  return {
    receiver,
    devices,
    events,
    logged,
    pass: (ms) => {
      elapsedMs += ms;
    },
    untilEvents: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (events.length < count) return;
          waiting.delete(look);
          resolve(events);
        };
        waiting.add(look);
        look();
      }),
  };
}
