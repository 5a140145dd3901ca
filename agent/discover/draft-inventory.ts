// Drafts devices.csv of the inventory from what was found; school and venue are for people to fill in.
import type { Device } from "./found.ts";

/** As docs/inventory.md names them. */
const COLUMNS = ["id", "school", "kind", "name", "key", "venue", "parent", "segment", "expected_on"] as const;
const FORMULA = /^[=+\-@]/;

/** The file's text, with a byte order mark, without which Excel takes UTF-8 for something else. */
export function draftInventory(devices: readonly Device[], school = ""): string {
  const idAt = new Map(
    devices.flatMap((device) => addressesOf(device).map((address): [string, string] => [address, device.id])),
  );
  const rows = devices.map((device) => {
    const { id, kind, name, childKey, controller } = device;
    const isSpokenFor = device.access.kind === "controller";
    return [
      id,
      school,
      kind,
      harmless(name ?? id),
      isSpokenFor ? harmless(childKey ?? id) : id,
      "",
      (isSpokenFor && idAt.get(controller ?? "")) || "",
      "",
      "",
    ];
  });
  return `\ufeff${[COLUMNS, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("")}`;
}

/** Where it answers itself: what its controller says of an address leads to no device that could be a parent. */
function addressesOf({ access, address, otherAddresses }: Device): string[] {
  return access.kind === "controller" || address === undefined ? [] : [address, ...otherAddresses];
}

/** What a spreadsheet would compute is only a text again behind an apostrophe; no real name or serial begins so. */
function harmless(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
