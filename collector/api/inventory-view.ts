// Versions and changes of the inventory as the API shows them.
import { CampusError, ConfigError } from "../../contract/errors.ts";
import type { InventoryChanges, InventoryVersion } from "../../contract/inventory.ts";
import { dayOf, dayText, instantText } from "../inventory/day.ts";
import type { Changed, Inventories } from "../inventory/inventories.ts";
import { holdingOf } from "../inventory/versions/validity.ts";
import type { Version } from "../inventory/versions/version.ts";
import { badQuery } from "./errors.ts";

export function versionView(inventories: Inventories, version: Version): InventoryVersion {
  const { number, recordedAtMs, validFrom, author, note, basedOn } = version;
  const holding = holdingOf(inventories.versions, version);
  const before = holding?.before === undefined ? undefined : dayOf(holding.before);
  return {
    number,
    recordedAt: instantText(recordedAtMs),
    validFrom,
    ...(before !== undefined && { validTo: dayText(before - 1) }),
    isSuperseded: holding === undefined,
    isInForce: number === inventories.inForce?.version.number,
    ...(author !== undefined && { author }),
    ...(note !== undefined && { note }),
    ...(basedOn !== undefined && { basedOn }),
  };
}

export function changesView(inventories: Inventories, changed: Changed, preview: boolean): InventoryChanges {
  const { diff, base, supersedes, version } = changed;
  return {
    preview,
    files: diff,
    ...(base && { basedOn: base.number }),
    ...(version && { version: versionView(inventories, version) }),
    supersedes: supersedes.map(({ number }) => number),
  };
}

/** A day that exists, as a number (inventory/day.ts); `undefined` for none. @throws CampusError BAD_QUERY */
export function mustBeDay(path: string, text: string | undefined): number | undefined {
  const day = text === undefined ? undefined : dayOf(text);
  if (text !== undefined && day === undefined) throw badQuery(path, text, "a date such as 2026-09-01");
  return day;
}

/** What was recorded and is wrong now is not the fault of who asks. @throws CampusError INVENTORY_DAMAGED */
export async function saved<T>(work: Promise<T>): Promise<T> {
  return work.catch((cause: unknown) => {
    if (cause instanceof ConfigError) throw new CampusError("INVENTORY_DAMAGED", cause.message, { cause });
    throw cause;
  });
}
