// The machine a measurement ran on.
import { availableParallelism, cpus, release, totalmem, type } from "node:os";

export interface Machine {
  cpu: string;
  cores: number;
  memoryBytes: number;
  os: string;
  /** Version of Node that ran it. */
  node: string;
}

export function thisMachine(node: string): Machine {
  return {
    cpu: cpus()[0]?.model ?? "unknown processor",
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    os: `${type()} ${release()}`,
    node,
  };
}
