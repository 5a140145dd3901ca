// Runs Debian's own SNMP tools (package snmp) against a device, for tests that need a witness who is not us.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import type { Value } from "./value.ts";

const run = promisify(execFile);

/** Why the tools cannot be used here; `undefined` when they can. */
export const toolsMissing: string | undefined = existsSync("/usr/bin/snmpbulkwalk")
  ? undefined
  : "Debian's package snmp is not installed";

export interface ToolTarget {
  host: string;
  port: number;
  community: string;
}

/** What a tool was told about one variable: dotted OID with a leading dot, and `TYPE: value` or an exception's words. */
export interface ToolLine {
  oid: string;
  said: string;
}

type Tool = "snmpget" | "snmpgetnext" | "snmpbulkwalk" | "snmpbulkget" | "snmpwalk" | "snmpset";

/**
 * Runs a tool and returns its lines. Numbers everywhere (`-On -Oe -Ot`), text as hexadecimal (`-Ox`), no MIB files (`-m ""`),
 * half a second for an answer and no second try. Rejects as execFile does when the tool ends with an error.
 */
export async function ask(
  tool: Tool,
  { host, port, community }: ToolTarget,
  args: string[],
  version: "1" | "2c" = "2c",
): Promise<ToolLine[]> {
  const lines = parseLines(await say(tool, { host, port, community }, args, version));
  // A walk that reaches the end of everything says so in a last line of its own.
  if (tool.endsWith("walk") && lines.at(-1)?.said.startsWith("No more variables left")) lines.pop();
  return lines;
}

/** What snmpbulkwalk prints of everything below `root`. */
export function walkText(target: ToolTarget, root: string): Promise<string> {
  return say("snmpbulkwalk", target, [root], "2c");
}

async function say(tool: Tool, target: ToolTarget, args: string[], version: "1" | "2c"): Promise<string> {
  const { host, port, community } = target;
  const fixed = ["-v", version, "-c", community, "-m", "", "-OnextU", "-t", "0.5", "-r", "0"];
  const { stdout } = await run(`/usr/bin/${tool}`, [...fixed, ...optionsOf(args), `${host}:${port}`, ...oidsOf(args)], {
    maxBuffer: 64 * 1024 * 1024,
    env: { SNMP_PERSISTENT_DIR: "/tmp/campanile-net-snmp" },
  });
  return stdout;
}

const optionsOf = (args: string[]) => args.filter((a) => a.startsWith("-"));
const oidsOf = (args: string[]) => args.filter((a) => !a.startsWith("-"));

/** What net-snmp's tools say about a value with the options used here. */
export function inWords(value: Value): string {
  switch (value.type) {
    case "octets":
      return value.value.length === 0 ? '""' : `Hex-STRING: ${hex(value.value)}`;
    case "opaque":
      return `OPAQUE: ${hex(value.value)}`;
    case "oid":
      return `OID: .${value.value.join(".")}`;
    case "address":
      return `IpAddress: ${value.value.join(".")}`;
    case "timeticks":
      return String(value.value);
    case "integer":
      return `INTEGER: ${value.value}`;
    case "counter32":
      return `Counter32: ${value.value}`;
    case "gauge32":
      return `Gauge32: ${value.value}`;
    case "counter64":
      return `Counter64: ${value.value}`;
    default:
      return value.type.toUpperCase();
  }
}
const hex = (bytes: Uint8Array) =>
  Array.from(bytes, (b) => `${b.toString(16).toUpperCase().padStart(2, "0")} `).join("");

/** A line that does not begin with an OID continues the value before it (long hexadecimal values are broken). */
function parseLines(stdout: string): ToolLine[] {
  const lines: ToolLine[] = [];
  for (const line of stdout.split("\n")) {
    const match = /^(\.[\d.]+) = ?(.*)$/.exec(line);
    const last = lines.at(-1);
    if (match) lines.push({ oid: match[1] ?? "", said: match[2] ?? "" });
    else if (last && line !== "") last.said += line;
  }
  return lines;
}
