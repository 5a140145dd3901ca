// A generated county's inventory: schools with their rooms, devices and calendars, as the texts of its CSV files.
import { dayOf, dayText } from "../../inventory/day.ts";
import type { Dice } from "./dice-suite.ts";

export interface PlannedSchool {
  id: string;
  county: string;
  areaCode: string;
  students: string;
  hours: string;
  confirmedAt: string;
  agent?: string;
  /** Last day of one term and first day of the next, with a break between them; absent: one long term, or none. */
  pause?: { lastDay: number; firstDay: number };
}

export interface PlannedVenue {
  id: string;
  school: string;
  kind: string;
  main: string;
}

export interface PlannedDevice {
  id: string;
  school: string;
  kind: string;
  /** As the inventory writes it, and as readings do. */
  key: string;
  wireKey: string;
  parent?: string;
  segment: "main" | "wifi";
  onDemand: boolean;
}

export interface PlannedServes {
  device: string;
  venue: string;
  role: "primary" | "secondary";
  dbm: string;
  testedOn: string;
}

export interface Plan {
  schools: PlannedSchool[];
  venues: PlannedVenue[];
  devices: PlannedDevice[];
  serves: PlannedServes[];
  /** Lines of calendar.csv. */
  calendar: string[];
}

const COUNTIES = ["330106", "330106", "330122", "330203"] as const;
const HOURS = ["08:00-09:30 13:00-14:00", "08:10-10:00", "07:30-09:00 10:00-11:00 14:00-15:00", "13:00-15:05"] as const;
const AREA_CODES = ["111", "121", "210", "220", ""] as const;

/** @param changeDay the last day on which the first inventory is valid */
export function planCounty(dice: Dice, changeDay: number): Plan {
  const plan: Plan = { schools: [], venues: [], devices: [], serves: [], calendar: [] };
  const count = dice.whole(8, 12);
  for (let i = 1; i <= count; i += 1) planSchool(dice, changeDay, i, plan);
  plan.calendar.push(...calendarLines(dice, changeDay, plan.schools));
  return plan;
}

function planSchool(dice: Dice, changeDay: number, number: number, plan: Plan): void {
  const id = `${dice.pick(["21", "31", "34"])}33${String(number).padStart(6, "0")}`;
  const confirmedDaysAgo = dice.pick([10, 30, 100, 200, 399, 400, 401, 500, -3]);
  plan.schools.push({
    id,
    county: dice.pick(COUNTIES),
    areaCode: dice.pick(AREA_CODES),
    students: dice.chance(0.1) ? "" : String(dice.whole(0, 40) * 30),
    hours: number === 1 ? "" : dice.pick(HOURS),
    confirmedAt: dice.chance(0.07) ? "" : dayText(changeDay - (dice.chance(0.6) ? 20 : confirmedDaysAgo)),
    ...(dice.chance(0.9) && { agent: `gw-${number}` }),
    ...((number === 2 || dice.chance(0.15)) && { pause: pauseAbout(dice, changeDay) }),
  });
  // The school with the longest day is the smallest, for the sake of time.
  const rooms = number === 1 ? 2 : dice.whole(2, 6);
  planDevices(dice, changeDay, id, rooms, plan);
}

/** Term breaks at, just under and just over what freezes a result, ended some days before or after the change. */
function pauseAbout(dice: Dice, changeDay: number): { lastDay: number; firstDay: number } {
  const firstDay = changeDay - dice.whole(-8, 9);
  return { firstDay, lastDay: firstDay - dice.pick([29, 30, 31, 32, 40, 60]) };
}

function planDevices(dice: Dice, changeDay: number, school: string, rooms: number, plan: Plan): void {
  const add = (name: string, kind: string, more: Partial<PlannedDevice> = {}): string => {
    const id = `${school}-${name}`;
    plan.devices.push({ id, school, kind, key: name, wireKey: name, segment: "main", onDemand: false, ...more });
    return id;
  };
  const gateway = add("gateway", "gateway");
  const core = add("core", "switch", { parent: gateway });
  const floors = dice.chance(0.6) ? [add("floor", "switch", { parent: core })] : [];
  const uplinks: [string | undefined, ...(string | undefined)[]] = [core, ...floors, undefined];
  add("panel", "panel", { parent: core, onDemand: true });

  for (let room = 1; room <= rooms; room += 1) {
    const venue = `${school}-r${room}`;
    plan.venues.push({ id: venue, school, kind: dice.pick(["classroom", "science_lab", "library"]), main: "" });
    const points = dice.pick([0, 1, 1, 1, 2, 3]);
    for (let point = 1; point <= points; point += 1) {
      const mac = macOf(dice);
      const parent = dice.pick(uplinks);
      const ap = add(`ap-${room}-${point}`, "ap", {
        ...dice.pick([mac, mac, { key: `ap-${room}-${point}`, wireKey: `ap-${room}-${point}` }]),
        segment: dice.pick(["main", "wifi", "wifi"]),
        ...(parent !== undefined && { parent }),
        onDemand: dice.chance(0.05),
      });
      plan.serves.push({ device: ap, venue, ...(point === 1 ? PRIMARY : secondary(dice, changeDay)) });
      if (room > 1 && dice.chance(0.2)) {
        plan.serves.push({ device: ap, venue: `${school}-r${room - 1}`, ...secondary(dice, changeDay) });
      }
    }
  }
  plan.venues.push({ id: `${school}-office`, school, kind: "office", main: dice.pick(["", "yes", "no"]) });
  plan.venues.push({ id: `${school}-store`, school, kind: "classroom", main: "no" });
}

const PRIMARY = { role: "primary", dbm: "", testedOn: "" } as const;

/** With a walk test that is good, too weak, just strong enough, too old, just young enough, of a later day, or none. */
function secondary(dice: Dice, changeDay: number): Pick<PlannedServes, "role" | "dbm" | "testedOn"> {
  if (dice.chance(0.2)) return { role: "secondary", dbm: "", testedOn: "" };
  const threeYearsAgo = dayText(changeDay).replace(/^\d{4}/, (year) => String(Number(year) - 3));
  const limit = dayOf(threeYearsAgo) ?? changeDay - 1096; // 29 February has no such day
  const day = dice.pick([changeDay - 300, changeDay - 300, limit, limit - 1, limit + 1, changeDay + 1]);
  return { role: "secondary", dbm: dice.pick(["-60", "-67", "-67.1", "-68", "-66.9"]), testedOn: dayText(day) };
}

function macOf(dice: Dice): { key: string; wireKey: string } {
  const pairs = Array.from({ length: 6 }, () => dice.whole(1, 255).toString(16).padStart(2, "0"));
  const digits = pairs.join("");
  const dotted = (digits.match(/.{4}/g) ?? []).join(".");
  const spelling = dice.pick([pairs.join(":"), pairs.join("-").toUpperCase(), dotted, digits]);
  return { key: spelling, wireKey: pairs.join(":") };
}

function calendarLines(dice: Dice, changeDay: number, schools: readonly PlannedSchool[]): string[] {
  const day = (daysAfter: number) => dayText(changeDay + daysAfter);
  const lines: string[] = [];
  // Holidays and make-up days of one school, one county, one city and of everybody; a make-up day of a school on a public holiday.
  for (const school of schools) {
    if (dice.chance(0.3)) lines.push(`${school.id},${day(-9)},${day(-8)},holiday,sports`);
    if (dice.chance(0.3)) lines.push(`${school.id},${day(-6)},${day(-3)},makeup,at weekends and on holidays too`);
    const { pause } = school;
    if (pause) {
      lines.push(`${school.id},${dayText(pause.lastDay - 150)},${dayText(pause.lastDay)},term,before`);
      lines.push(`${school.id},${dayText(pause.firstDay)},${dayText(pause.firstDay + 120)},term,after`);
    }
  }
  if (dice.chance(0.5)) lines.push(`330122,${day(-12)},${day(-12)},holiday,flood`);
  if (dice.chance(0.5)) lines.push(`330100,${day(-4)},${day(-4)},makeup,`);
  if (dice.chance(0.3)) lines.push(`*,${day(-15)},${day(-15)},holiday,election`);
  if (dice.chance(0.3)) lines.push(`330203,${day(-200)},${day(40)},term,`);
  return lines;
}

/** The same county after some rooms were built and given up, and access points added, taken away and set to serve others. */
export function changedPlan(dice: Dice, changeDay: number, plan: Plan): Plan {
  const gone = new Set(plan.devices.filter(({ kind }) => kind === "ap" && dice.chance(0.08)).map(({ id }) => id));
  const closed = new Set(plan.venues.filter(({ kind }) => kind !== "office" && dice.chance(0.06)).map(({ id }) => id));
  const stays = ({ device, venue }: PlannedServes) => !gone.has(device) && !closed.has(venue);
  const devices = plan.devices.filter(({ id }) => !gone.has(id));
  const venues = plan.venues.filter(({ id }) => !closed.has(id));
  const serves = plan.serves.filter(stays);
  for (const { id: school } of plan.schools) {
    if (!dice.chance(0.4)) continue;
    const venue = `${school}-new`;
    venues.push({ id: venue, school, kind: "new_space", main: "" });
    const ap = devices.find((device) => device.school === school && device.kind === "ap");
    if (ap && dice.chance(0.7)) serves.push({ device: ap.id, venue, ...PRIMARY });
  }
  const schools = plan.schools.map((school) =>
    dice.chance(0.15) ? { ...school, confirmedAt: dayText(changeDay + 1) } : school,
  );
  const cabled = devices.map((device) => {
    const { parent, ...free } = device;
    return parent !== undefined && dice.chance(0.1) ? free : device;
  });
  return { ...plan, schools, venues, devices: cabled, serves };
}

/** The CSV files, by name. */
export function filesOf({ schools, venues, devices, serves, calendar }: Plan): Map<string, string> {
  const table = (header: string, rows: readonly string[]) => [header, ...rows].join("\n");
  return new Map([
    [
      "schools.csv",
      table(
        "id,name,name_en,county,area_code,students,school_hours,inventory_confirmed_at",
        schools.map((s) => `${s.id},School,,${s.county},${s.areaCode},${s.students},${s.hours},${s.confirmedAt}`),
      ),
    ],
    [
      "venues.csv",
      table(
        "id,school,building,room,name,kind,main_teaching,area_m2,seats",
        venues.map((v) => `${v.id},${v.school},,,room,${v.kind},${v.main},,`),
      ),
    ],
    [
      "devices.csv",
      table(
        "id,school,kind,name,key,venue,parent,segment,expected_on",
        devices.map((d) => {
          const segment = d.segment === "main" ? "" : d.segment;
          return `${d.id},${d.school},${d.kind},device,${d.key},,${d.parent ?? ""},${segment},${d.onDemand ? "on_demand" : ""}`;
        }),
      ),
    ],
    [
      "serves.csv",
      table(
        "device,venue,role,walk_test_dbm,walk_test_date",
        serves.map((s) => `${s.device},${s.venue},${s.role},${s.dbm},${s.testedOn}`),
      ),
    ],
    [
      "agents.csv",
      table(
        "id,school,name",
        schools.flatMap(({ id, agent }) => (agent === undefined ? [] : [`${agent},${id},Gateway`])),
      ),
    ],
    ["calendar.csv", table("scope,from,to,kind,name", calendar)],
  ]);
}
