// The client of the inventory: its versions and rows, and what changes it.
import {
  type InventoryChanges,
  type InventoryEdits,
  type InventoryRows,
  type InventoryVersionChanges,
  type InventoryVersions,
  WORKBOOK_TYPE,
} from "../../../contract/inventory.ts";
import type { Ask } from "../declared/client.ts";
import type { ImportBody } from "./chosen-files.ts";

/** Who changes it, why, and from which day it holds; absent: not said, and from today. */
export interface ChangeHead {
  author?: string;
  note?: string;
  validFrom?: string;
}

export interface VersionsQuery {
  /** Only versions with a smaller number. */
  before?: number;
  limit?: number;
}

export interface RowsQuery {
  file: string;
  /** Absent: of all schools. */
  school?: string;
  /** Absent: today. */
  on?: string;
}

export interface InventoryClient {
  versions(query: VersionsQuery, signal: AbortSignal): Promise<InventoryVersions>;
  changes(version: number, signal: AbortSignal): Promise<InventoryVersionChanges>;
  rows(query: RowsQuery, signal: AbortSignal): Promise<InventoryRows>;
  importAll(body: ImportBody, head: ChangeHead, preview: boolean): Promise<InventoryChanges>;
  edit(edits: InventoryEdits): Promise<InventoryChanges>;
}

/** How long one question may take. */
export const DEADLINE_MS = 120_000;
/** A province, read and compared. */
const IMPORT_DEADLINE_MS = 600_000;

/** Every function throws ApiError only. */
export function createInventoryClient(ask: Ask): InventoryClient {
  const json = { "content-type": "application/json" };
  return {
    versions: ({ before, limit }, signal) => ask(`v1/inventory/versions${queryOf({ before, limit })}`, signal),
    changes: (version, signal) => ask(`v1/inventory/versions/${version}/changes`, signal),
    rows: ({ file, school, on }, signal) =>
      ask(`v1/inventory/rows/${encodeURIComponent(file)}${queryOf({ school, on })}`, signal),
    importAll: (body, head, preview) =>
      ask(
        `v1/inventory${queryOf({ ...head, preview: preview ? "true" : undefined })}`,
        AbortSignal.timeout(IMPORT_DEADLINE_MS),
        body.kind === "workbook"
          ? { method: "POST", headers: { "content-type": WORKBOOK_TYPE }, body: body.bytes }
          : { method: "POST", headers: json, body: JSON.stringify({ files: body.files }) },
      ),
    edit: (edits) =>
      ask("v1/inventory/edits", AbortSignal.timeout(DEADLINE_MS), {
        method: "POST",
        headers: json,
        body: JSON.stringify(edits),
      }),
  };
}

/** Where the browser saves the workbook of a day from; absent: of today. */
export function workbookAddress(on: string | undefined): string {
  return `v1/inventory/workbook${queryOf({ on })}`;
}

/** Where the browser saves a CSV file of a day from; absent: of today. */
export function fileAddress(file: string, on: string | undefined): string {
  return `v1/inventory/files/${encodeURIComponent(file)}${queryOf({ on })}`;
}

function queryOf(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}
