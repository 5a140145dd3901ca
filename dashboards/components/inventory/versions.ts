// What a version of the inventory is today, which one held on a day, and what its changes come to.
import type { InventoryChanges, InventoryVersion } from "../../../contract/inventory.ts";

export type VersionState = "in_force" | "planned" | "past" | "superseded";

/** @param today as the collector counts days, `2026-09-01` */
export function versionState({ isInForce, isSuperseded, validFrom }: InventoryVersion, today: string): VersionState {
  if (isInForce) return "in_force";
  if (isSuperseded) return "superseded";
  return validFrom > today ? "planned" : "past";
}

/** Of those that hold from the day or before, the one recorded last; `undefined`: none of these. */
export function versionOn(versions: readonly InventoryVersion[], day: string): InventoryVersion | undefined {
  return versions
    .filter(({ validFrom }) => validFrom <= day)
    .reduce<InventoryVersion | undefined>((last, one) => (last && last.number > one.number ? last : one), undefined);
}

/** Whether the list begins with the first version of all. */
export function hasFirst(versions: readonly InventoryVersion[]): boolean {
  return versions.length === 0 || versions.some(({ number }) => number === 1);
}

export interface FileChange {
  /** `devices.csv` */
  file: string;
  added: readonly string[];
  changed: readonly { key: string; columns: readonly string[] }[];
  removed: readonly string[];
  unchanged: number;
}

/** Files with a row before or after, in their order; those without any are nothing to look at. */
export function fileChanges(files: InventoryChanges["files"]): FileChange[] {
  return Object.entries(files)
    .map(([file, diff]) => ({ file, ...diff }))
    .filter((one) => one.unchanged + countOf(one) > 0);
}

/** Rows that differ. */
export function countOf({ added, changed, removed }: Omit<FileChange, "file" | "unchanged">): number {
  return added.length + changed.length + removed.length;
}

export interface ChangeCounts {
  added: number;
  changed: number;
  removed: number;
}

export function totalsOf(files: InventoryChanges["files"]): ChangeCounts {
  const totals: ChangeCounts = { added: 0, changed: 0, removed: 0 };
  for (const { added, changed, removed } of Object.values(files)) {
    totals.added += added.length;
    totals.changed += changed.length;
    totals.removed += removed.length;
  }
  return totals;
}

/**
 * Whether recording it would make a version: rows differ, or only the days on which they hold do.
 * @param validFrom empty: today
 */
export function makesVersion(
  { files, supersedes, basedOn }: InventoryChanges,
  versions: readonly InventoryVersion[],
  validFrom: string,
): boolean {
  const { added, changed, removed } = totalsOf(files);
  const base = versions.find(({ number }) => number === basedOn);
  const isEarlier = base !== undefined && validFrom !== "" && validFrom < base.validFrom;
  return basedOn === undefined || added + changed + removed > 0 || supersedes.length > 0 || isEarlier;
}
