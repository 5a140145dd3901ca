// The simulated devices all contenders poll: one process, whose CPU time nobody counts.
import { LineChild } from "../child.ts";

export interface Devices {
  readonly ports: readonly number[];
  /** Polls seen so far: GET requests, tables begun, and the requests that read tables. */
  counted(): Promise<{ get: number; table: number; steps: number }>;
  stop(): Promise<void>;
}

/** @throws Error when the program cannot run */
export async function startDevices(program: string, count: number): Promise<Devices> {
  const child = new LineChild(program, [String(count)]);
  const ports = (await child.next()).trim().split(" ").map(Number);
  return {
    ports,
    async counted() {
      const [get, table, steps] = (await child.ask("count")).split(" ").map(Number);
      if (get === undefined || table === undefined || steps === undefined)
        throw new Error("the devices do not say how often they were asked");
      return { get, table, steps };
    },
    stop: () => child.stop(),
  };
}
