// A school in which everything that can be fed is fed, and small changes of it, for tests.
import type { DeclaredEntry } from "../../declared/entry.ts";
import { dayOf } from "../../inventory/day.ts";
import type { InventoryDevice } from "../../inventory/inventory.ts";
import type { SchoolMeasured } from "../../measure/measured.ts";
import {
  AGENT,
  AS_OF,
  type Campus,
  device,
  evidenceOf,
  film,
  inventoryOf,
  SCHOOL,
  type TestSample,
  venue,
} from "../campus-suite.ts";
import type { IndicatorId } from "../indicators/catalogue.ts";
import type { IndicatorValue } from "../indicators/value.ts";
import { type JudgeInput, judgeSchool } from "../judge.ts";
import { feedSchool } from "./feed.ts";
import type { SchoolResult } from "./result.ts";
import type { FeedInput } from "./view.ts";

/** A registered device of which nothing is missing; asset codes are as unique as the names. */
export function owned(id: string, kind: string, changes: Partial<InventoryDevice> = {}): InventoryDevice {
  return device(id, {
    kind,
    owner: "school",
    operator: "centre",
    assetCode: `ZC-${id.toUpperCase()}-1`,
    venue: "room",
    installedOn: "2023-10-02",
    ...changes,
  });
}

/** Every kind of device that an indicator asks for, and two rooms. */
export const FULL_CAMPUS: Campus = {
  devices: [
    owned("gw", "gateway", { role: "egress", uplink: { instance: "wan", contractMbps: 1000 } }),
    owned("fw", "firewall"),
    owned("ap", "ap"),
    owned("cam", "camera"),
    owned("lock", "door"),
    owned("meter", "energy_meter"),
    owned("panel", "interactive_panel", { expectedOn: "on_demand" }),
  ],
  venues: [
    venue("room", { traits: { reconfigurable: true, compatible: true, recordable: false } }),
    venue("space", {
      kind: "new_space",
      needsEquipment: false,
      traits: { reconfigurable: true, compatible: true, recordable: true },
      approvedOn: "2025-09-01",
      approval: "教技〔2025〕1号",
    }),
  ],
  serves: ["ap>room", "ap>space"],
};

/** All slots of the window: every device answers. */
export function allAnswer({ devices = [] }: Campus): TestSample[] {
  return film(Object.fromEntries(devices.map(({ id }) => [id, [["u", 1920]] as const])));
}

let entries = 0;
/** An entry that is signed, attached and in force. */
export function entry(
  indicator: string,
  kind: DeclaredEntry["kind"],
  changes: Partial<DeclaredEntry> = {},
): DeclaredEntry {
  entries += 1;
  return {
    id: `e${entries}`,
    scope: SCHOOL,
    indicator,
    kind,
    author: "a person",
    signedOn: "2026-09-01",
    validFrom: "2026-09-01",
    attachments: [{ name: "list.pdf", mediaType: "application/pdf", sha256: "0".repeat(64), bytes: 1 }],
    enteredAtMs: AS_OF - entries,
    ...changes,
  };
}

export const ALL_DECLARED: readonly DeclaredEntry[] = [
  ...["STAFF_CERT_RATE", "CIO_RATE", "EDU_COMMUNITY_RATE", "PARENT_SCHOOL_RATE", "XINCHUANG_RATE"].map((id) =>
    entry(id, "rate", { numerator: 3, denominator: 4 }),
  ),
  entry("DATA_SEC_CAP", "rate", { part: "masking", numerator: 1, denominator: 2 }),
  entry("MLPS_FILED", "list", { systems: [{ id: "web", graded: true, filed: true, assessedUntil: "2027-01-01" }] }),
  entry("DRILL_COUNT", "count", { part: "2026-05-01", count: 1 }),
  entry("SMART_RATE", "flag", { holds: true }),
  entry("ALL_OPTICAL_COUNT", "flag", { holds: true }),
  entry("SPACE_COUNT", "list", { scope: "330106" }),
];

export const FIRST_DAY = dayOf("2026-09-07") ?? Number.NaN;
export const LAST_DAY = dayOf("2026-10-02") ?? Number.NaN;

/** All days were looked at, and everything is well. */
export function measuredOf(changes: Partial<SchoolMeasured> = {}): SchoolMeasured {
  return {
    schoolId: SCHOOL,
    asOfMs: AS_OF,
    knownFrom: FIRST_DAY - 5,
    knownBefore: LAST_DAY,
    faultDays: new Map(),
    lastSeenDay: new Map(),
    agentClocks: new Map([[AGENT, 0.2]]),
    lastReadingMs: AS_OF - 18 * 3_600_000,
    access: { busyHours: 19, utilisations: Array<number>(228).fill(0.6), capacityBitsPerSecond: 1e9 },
    delivery: { fromMs: 0, toMs: AS_OF, timelyLines: 90, lateLines: 10, mixedLines: 0, lastReceivedMs: AS_OF - 1 },
    ...changes,
  };
}

export interface FeedChanges extends Partial<Omit<FeedInput, "inventory" | "school" | "judgement">> {
  campus?: Campus;
  samples?: readonly TestSample[];
  judging?: Partial<JudgeInput>;
}

/** Input of the full school, or of one that differs from it. */
export function feedInput({ campus = FULL_CAMPUS, samples, judging, ...changes }: FeedChanges = {}): FeedInput {
  const inventory = inventoryOf(campus);
  const school = inventory.schools[0];
  if (school === undefined) throw new Error("the campus has no school");
  const asOfMs = changes.asOfMs ?? AS_OF;
  const judgement = judgeSchool({
    inventory,
    evidence: evidenceOf(samples ?? allAnswer(campus)),
    schoolId: SCHOOL,
    qualityOf: () => "pass",
    ...judging,
    asOfMs,
  });
  return { inventory, school, judgement, declared: ALL_DECLARED, measured: measuredOf(), ...changes, asOfMs };
}

/** An indicator of a school's result. */
export function figureIn({ indicators }: Pick<SchoolResult, "indicators">, id: IndicatorId): IndicatorValue {
  const value = indicators.get(id);
  if (value === undefined) throw new Error(`${id} is not in the result`);
  return value;
}

/** One indicator of a school. */
export function fed(id: IndicatorId, changes: FeedChanges = {}): IndicatorValue {
  return figureIn(feedSchool(feedInput(changes)), id);
}
