// Access points for tests and examples: as many as wanted, each its own.
import type { ApSpec } from "./access-point.ts";

/** `count` access points named AP-001 and so on, with MACs 02:00:00:00:01:00, 02:00:00:00:02:00 … and serials SIM0001 … */
export function exampleAps(count: number): ApSpec[] {
  return Array.from({ length: count }, (_, i) => {
    const number = i + 1;
    const high = (number >> 8).toString(16).padStart(2, "0");
    const low = (number & 0xff).toString(16).padStart(2, "0");
    return {
      mac: `02:00:00:${high}:${low}:00`,
      serial: `SIM${String(number).padStart(4, "0")}`,
      name: `AP-${String(number).padStart(3, "0")}`,
    };
  });
}
