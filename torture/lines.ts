// Reads the lines of our own agents as far as the ledger needs them. Names in a torture run need no unescaping.
import { SERIAL_METRIC } from "./campus.ts";
import type { Found, FoundSerial } from "./ledger.ts";

export interface LineFindings {
  serials: FoundSerial[];
  failures: Found[];
}

/** What the lines of one batch hold; other lines are passed over. */
export function readLines(lines: readonly string[], into: LineFindings): void {
  for (const line of lines) {
    const [head = "", fields = "", at = ""] = line.split(" ");
    const device = /,device=([^,]+)/.exec(head)?.[1];
    if (device === undefined) continue;
    const atMs = Number(at);
    const serial = fieldOf(fields, SERIAL_METRIC);
    if (head.startsWith("device,") && serial !== undefined) into.serials.push({ device, atMs, serial });
    if (head.startsWith("probe,") && fieldOf(fields, "probe_ok") === 0) into.failures.push({ device, atMs });
  }
}

function fieldOf(fields: string, metric: string): number | undefined {
  const field = fields.split(",").find((one) => one.startsWith(`${metric}=`));
  return field === undefined ? undefined : Number(field.slice(metric.length + 1));
}
