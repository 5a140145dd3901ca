// A discovery in words and tables for people, and as one object for machines. No secret is in either.
import { textTable } from "../commands/text-table.ts";
import { type Changes, isUnchanged } from "./changes.ts";
import type { Device } from "./found.ts";

export interface Report {
  /** What was asked, as it was written. */
  ranges: readonly string[];
  /** ISO 8601 instant. */
  at: string;
  /** Addresses asked in full. */
  asked: number;
  isComplete: boolean;
  neighboursLeftOut: number;
  devices: readonly Device[];
  /** Absent when there is no earlier run to compare with. */
  changes?: Changes;
}

export function reportJson({ isComplete, asked, devices, ...rest }: Report): string {
  return `${JSON.stringify({ complete: isComplete, addressesAsked: asked, devices, ...rest })}\n`;
}

/** One row a device; those that a controller speaks for stand below it. */
export function reportTable({ devices }: Report): string {
  const rows = inOrder(devices).map((device) => [
    device.address,
    device.name,
    device.vendor,
    device.model ?? (device.description && shortened(device.description)),
    device.kind,
    device.access.kind === "controller" ? `behind ${device.controller ?? "?"}` : device.profile,
    device.warnings.map(({ message }) => message).join("; "),
  ]);
  return textTable(["ADDRESS", "NAME", "VENDOR", "MODEL", "KIND", "PROFILE", "WARNINGS"], rows);
}

/** What is different from the last run, one thing a line. */
export function changeLines(changes: Changes | undefined): string[] {
  if (!changes) return [];
  if (isUnchanged(changes)) return ["no change since the last run"];
  const at = (address: string | undefined) => (address === undefined ? "" : ` at ${address}`);
  return [
    ...changes.appeared.map(({ id, address }) => `appeared: ${id}${at(address)}`),
    ...changes.moved.map(({ id, from, to }) => `moved: ${id} from ${from} to ${to}`),
    ...changes.changed.map(({ id, what, from, to }) => `changed: ${id} ${what} from "${from}" to "${to}"`),
    ...changes.missing.map(
      ({ id, address, lastSeenAt }) => `did not answer: ${id}${at(address)}, last seen ${lastSeenAt}`,
    ),
  ];
}

/** The last lines for people: how much was asked, and what was not. */
export function summaryLines({ asked, isComplete, neighboursLeftOut, devices }: Report): string[] {
  const count = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;
  const warned = devices.filter(({ warnings }) =>
    warnings.some(({ code }) => code === "SNMP_DEFAULT_COMMUNITY"),
  ).length;
  const lines = [`${count(devices.length, "device", "devices")} found, ${count(asked, "address", "addresses")} asked`];
  if (warned > 0)
    lines.push(`${count(warned, "device answers", "devices answer")} to a default community: change it there`);
  if (neighboursLeftOut > 0) {
    lines.push(
      `${count(neighboursLeftOut, "neighbour was", "neighbours were")} not asked: outside one's own networks, or beyond --max-hosts`,
    );
  }
  if (!isComplete) lines.push("INCOMPLETE: stopped before every address was asked");
  return lines;
}

const LONGEST_DESCRIPTION = 40;

function shortened(text: string): string {
  return text.length <= LONGEST_DESCRIPTION ? text : `${text.slice(0, LONGEST_DESCRIPTION - 1)}…`;
}

function inOrder(devices: readonly Device[]): Device[] {
  const behind = (address: string | undefined) =>
    devices.filter(({ access, controller }) => access.kind === "controller" && controller === address);
  const direct = devices.filter(({ access }) => access.kind !== "controller");
  const listed = direct.flatMap((device) => [device, ...behind(device.address)]);
  return [...listed, ...devices.filter((device) => !listed.includes(device))];
}
