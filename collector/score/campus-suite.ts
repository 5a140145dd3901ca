// A school made of a few lines, and the samples its agent would have sent, for tests.
import type { MetricName } from "../../contract/metrics.ts";
import {
  type CalendarEntry,
  Inventory,
  type InventoryDevice,
  type School,
  type Serves,
  type Venue,
} from "../inventory/inventory.ts";
import { NO_PUBLIC_HOLIDAYS } from "../inventory/public-holidays.ts";
import { loadRegions } from "../inventory/regions.ts";
import type { SampleColumns, SeriesKey } from "../store/store.ts";
import { TeachingCalendar, windowAt } from "./calendar.ts";
import { Evidence } from "./evidence.ts";
import { type JudgeInput, judgeSchool } from "./judge.ts";
import { axisOf } from "./timeline.ts";

export const SCHOOL = "2133000001";
export const AGENT = "gw-1";

/** Friday after school: the last of 20 teaching days, with 1920 ended slots, the first of them on Monday 2026-09-07. */
export const AS_OF = Date.parse("2026-10-02T17:00:00+08:00");

const REGIONS = loadRegions();
const HOURS = [
  { fromMinute: 480, toMinute: 720 },
  { fromMinute: 780, toMinute: 1020 },
];

export function school(changes: Partial<School> = {}): School {
  return {
    id: SCHOOL,
    name: "School",
    county: "330106",
    area: "urban",
    hours: HOURS,
    inventoryConfirmedAt: "2026-09-01",
    ...changes,
  };
}

/** A device whose readings name it as the inventory does. */
export function device(id: string, changes: Partial<InventoryDevice> = {}): InventoryDevice {
  return {
    id,
    school: SCHOOL,
    kind: "access_point",
    name: id,
    key: id,
    segment: "main",
    expectedOn: "always",
    ...changes,
  };
}

export function venue(id: string, changes: Partial<Venue> = {}): Venue {
  return {
    id,
    school: SCHOOL,
    name: id,
    kind: "classroom",
    mainTeaching: true,
    mainTeachingOverridden: false,
    ...changes,
  };
}

export interface Campus {
  school?: Partial<School>;
  /** The school never confirmed its list of venues. */
  unconfirmed?: true;
  devices?: InventoryDevice[];
  venues?: Venue[];
  /** `ap1>v1` for a primary relation, or the relation itself. */
  serves?: (string | Serves)[];
  calendar?: CalendarEntry[];
  agents?: string[];
}

export function inventoryOf(campus: Campus): Inventory {
  const serves = (campus.serves ?? []).map((entry): Serves => {
    if (typeof entry !== "string") return entry;
    const [from = "", to = ""] = entry.split(">");
    return { device: from, venue: to, role: "primary" };
  });
  const { inventoryConfirmedAt, ...bare } = school(campus.school);
  const confirmed = inventoryConfirmedAt === undefined || campus.unconfirmed ? {} : { inventoryConfirmedAt };
  return new Inventory(
    {
      schools: [{ ...bare, ...confirmed }],
      venues: campus.venues ?? [],
      devices: campus.devices ?? [],
      serves,
      agents: (campus.agents ?? [AGENT]).map((id) => ({ id, school: SCHOOL, name: id })),
      calendar: campus.calendar ?? [],
    },
    REGIONS,
    NO_PUBLIC_HOLIDAYS, // the tests' days are teaching days unless their own calendar says otherwise
  );
}

/** One access point in one classroom. */
export const ONE_ROOM: Campus = { devices: [device("ap")], venues: [venue("room")], serves: ["ap>room"] };

/** Begins of the slots that the window of the school has at a moment. */
export function slotBegins(asOfMs = AS_OF): number[] {
  const window = windowAt(school(), new TeachingCalendar([]), asOfMs);
  return [...axisOf(window).beginMs];
}

export interface TestSample extends SeriesKey {
  atMs: number;
  value: number;
}

/** Samples as a store hands them over, in the order given. */
export function columns(samples: readonly TestSample[]): SampleColumns {
  const places = new Map<string, number>();
  const series: SeriesKey[] = [];
  const seriesIndex = new Int32Array(samples.length);
  for (const [i, { metric, device: of, instance }] of samples.entries()) {
    const name = `${metric} ${of} ${instance ?? ""}`;
    const place = places.get(name) ?? series.length;
    if (place === series.length) series.push({ metric, device: of, ...(instance !== undefined && { instance }) });
    places.set(name, place);
    seriesIndex[i] = place;
  }
  return {
    series,
    length: samples.length,
    seriesIndex,
    atMs: Float64Array.from(samples, ({ atMs }) => atMs),
    value: Float64Array.from(samples, ({ value }) => value),
  };
}

/** What an agent sends in one slot; offsets are whole minutes into it. */
const sample = (metric: MetricName, of: string, slotMs: number, minute: number, value: number): TestSample => ({
  metric,
  device: of,
  atMs: slotMs + minute * 60_000,
  value,
});

export const sees = (slotMs: number): TestSample => ({
  ...sample("agent_selftest_passed", AGENT, slotMs, 0, 1),
  instance: "main",
});
export const isBlind = (slotMs: number): TestSample => ({ ...sees(slotMs), value: 0 });
export const answers = (of: string, slotMs: number): TestSample => sample("probe_ok", of, slotMs, 1, 1);
export const isSilent = (of: string, slotMs: number): TestSample[] => [
  sample("probe_ok", of, slotMs, 1, 0),
  sample("probe_failure", of, slotMs, 1, 1),
  sample("probe_ok", of, slotMs, 2, 0),
  sample("probe_failure", of, slotMs, 2, 1),
];
export const isReported = (of: string, slotMs: number, minute: number, up: 0 | 1): TestSample =>
  sample("wifi_ap_up", of, slotMs, minute, up);

/**
 * Samples of a whole window from a film strip per device: `[["u", 1824], ["d", 96]]`. u the device answers, d it is silent to
 * an agent that sees, x it is not asked by an agent that sees, o the agent is offline, b it is silent to a blind agent.
 */
export function film(strips: Readonly<Record<string, readonly (readonly [string, number])[]>>, begins = slotBegins()) {
  const samples: TestSample[] = [];
  for (const [of, strip] of Object.entries(strips)) {
    const letters = strip.flatMap(([letter, count]) => Array<string>(count).fill(letter));
    for (const [i, letter] of letters.entries()) samples.push(...scene(letter, of, begins[i] ?? Number.NaN));
  }
  return samples;
}

function scene(letter: string, of: string, slotMs: number): TestSample[] {
  if (letter === "u") return [sees(slotMs), answers(of, slotMs)];
  if (letter === "d") return [sees(slotMs), ...isSilent(of, slotMs)];
  if (letter === "x") return [sees(slotMs)];
  if (letter === "b") return [isBlind(slotMs), ...isSilent(of, slotMs)];
  return [];
}

export function evidenceOf(samples: readonly TestSample[]): Evidence {
  const evidence = new Evidence();
  evidence.take(SCHOOL, columns(samples));
  return evidence;
}

export function judge(campus: Campus, samples: readonly TestSample[], changes: Partial<JudgeInput> = {}) {
  return judgeSchool({
    inventory: inventoryOf(campus),
    evidence: evidenceOf(samples),
    schoolId: SCHOOL,
    asOfMs: AS_OF,
    ...changes,
  });
}
