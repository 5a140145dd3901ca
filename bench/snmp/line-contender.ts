// Contenders that are a process of their own and count their own CPU time: ours, net-snmp and the C library.
import { LineChild } from "../child.ts";
import type { Contender } from "../rounds.ts";
import { COMMAND, type What } from "./workload.ts";

export function lineContender(who: string, command: string, args: readonly string[]): Contender<What> {
  const child = new LineChild(command, args);
  return {
    who,
    async measure(what, forMs) {
      const [polls, cpuSeconds] = (await child.ask(`${COMMAND[what]} ${forMs}`)).split(" ").map(Number);
      if (!polls || !cpuSeconds) throw new Error(`${who} polled nothing`);
      return polls / cpuSeconds;
    },
    stop: () => child.stop(),
  };
}
