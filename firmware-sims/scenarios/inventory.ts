// What people would have to write for the schools of a scenario: the inventory's CSV files and the agents' configurations.

import { stringify } from "yaml";
import type { SchoolClockRule } from "../../contract/clock.ts";
import { EQUIPMENT } from "../models/equipment.ts";
import { type Plan, type PlannedSchool, targetIds } from "./plan.ts";
import type { ScenarioSchool } from "./schema.ts";

type Cell = string | number | undefined;

const COLUMNS = {
  "schools.csv": "id,name,name_en,county,area_code,students,school_hours,inventory_confirmed_at,stage,area_source",
  "venues.csv":
    "id,school,building,room,name,kind,main_teaching,area_m2,seats,reconfigurable,compatible,recordable,needs_equipment,approved_on,approval",
  "devices.csv":
    "id,school,kind,name,key,venue,parent,segment,expected_on,owner,operator,asset_code,location,installed_on,role,uplink_interface,contract_mbps",
  "serves.csv": "device,venue,role,walk_test_dbm,walk_test_date",
  "agents.csv": "id,school,name",
  "calendar.csv": "scope,from,to,kind,name",
} as const;

/** The inventory files by name, as `campanile-collector import` reads them. */
export function inventoryFiles({ scenario, schools }: Plan): Map<string, string> {
  const rows: Record<keyof typeof COLUMNS, Cell[][]> = {
    "schools.csv": schools.map(schoolRow),
    "venues.csv": schools.flatMap(venueRows),
    "devices.csv": schools.flatMap(deviceRows),
    "serves.csv": schools.flatMap(servesRows),
    "agents.csv": schools.map(({ school: { id, agent } }) => [agent.id, id, agent.name]),
    "calendar.csv": scenario.calendar.map((c) => [c.scope, c.from, c.to, c.kind, c.name]),
  };
  // The keys of our own constant.
  const names = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];
  return new Map(names.map((name) => [name, csv(COLUMNS[name], rows[name])]));
}

export interface AgentFileOptions {
  plan: Plan;
  planned: PlannedSchool;
  collector: string;
  clock: SchoolClockRule;
  /** Folder of the vendor profiles that are not bundled with the agent. */
  profiles: string;
  /** Where a target listens. */
  addressOf: (id: string) => { host: string; port: number };
}

/** How many of a school's access points stand for their segment where there is no controller. */
const REFERENCE_APS = 3;
/** The profile in profiles/ by which OpenWrt access points are asked. */
const OPENWRT_PROFILE = "openwrt-survey";
/** What is spooled while a summer is skipped is not older than this. */
const SPOOL_MAX_AGE = "100d";

/** The YAML text of one agent's configuration. */
export function agentFile({ plan, planned, collector, clock, profiles, addressOf }: AgentFileOptions): string {
  const { asking, community } = plan.scenario;
  const { gatewayId, controllerId, aps, school } = planned;
  const isOpenwrt = school.wifi.kind === "openwrt";
  const config = {
    agent: school.agent.id,
    collector,
    ...asking,
    // A school clock runs many times as fast as the real time that a flush counts in.
    spool: { flush: "400ms", maxAge: SPOOL_MAX_AGE },
    ...(isOpenwrt && { profiles: [profiles] }),
    clock: { school: clock },
    selfTest: {
      interface: "lo",
      gateway: gatewayId,
      references: controllerId === undefined ? aps.slice(0, REFERENCE_APS).map(({ id }) => id) : [controllerId],
    },
    targets: targetIds(planned).map((id) => {
      const { host, port } = addressOf(id);
      const isOpenwrtAp = isOpenwrt && aps.some((ap) => ap.id === id);
      return { id, url: `snmp://${host}:${port}`, community, ...(isOpenwrtAp && { profile: OPENWRT_PROFILE }) };
    }),
  };
  return `# Written by campanile-sims for ${school.nameEn}: everything it asks is simulated.\n${stringify(config)}`;
}

function schoolRow({ school: s }: PlannedSchool): Cell[] {
  const known = [s.id, s.name, s.nameEn, s.county, s.areaCode, s.students, s.schoolHours, s.inventoryConfirmedAt];
  return [...known, s.stage, s.areaSource];
}

function venueRows({ school, venues }: PlannedSchool): Cell[][] {
  return venues.map((v) => [
    ...[v.id, school.id, v.building, v.room, v.name, v.kind, yesNo(v.mainTeaching), v.areaM2, v.seats],
    ...[yesNo(v.reconfigurable), yesNo(v.compatible), yesNo(v.recordable), yesNo(v.needsEquipment)],
    ...[v.approvedOn, v.approval],
  ]);
}

function yesNo(value: boolean | undefined): Cell {
  if (value === undefined) return undefined;
  return value ? "yes" : "no";
}

/** A device as people would write it down; what is not said stays empty. */
interface DeviceRow {
  id: string;
  kind: string;
  name: string;
  /** Absent: its id. */
  key?: string;
  venue?: string;
  parent?: string;
  expectedOn?: "always" | "on_demand";
  installedOn?: string;
  role?: "core" | "egress";
}

/** The port of a simulated gateway that leads out of the school. */
const UPLINK = "wan0";

function deviceRows(planned: PlannedSchool): Cell[][] {
  const { school, gatewayId, switchId, controllerId, aps, equipment } = planned;
  const rows: DeviceRow[] = [
    { id: gatewayId, kind: "gateway", name: "网关 Gateway", role: "egress" },
    { id: switchId, kind: "switch", name: "交换机 Switch", parent: gatewayId, role: "core" },
  ];
  if (controllerId !== undefined) {
    const name = "无线控制器 Wi-Fi controller";
    rows.push({ id: controllerId, kind: "wifi_controller", name, parent: gatewayId, role: "core" });
  }
  // Behind a controller an access point is known by its MAC; one that answers itself, by its target's id.
  for (const { id, name, mac, venue } of aps) {
    const key = controllerId === undefined ? id : mac;
    rows.push({ id, kind: "ap", name, key, venue, parent: controllerId ?? gatewayId });
  }
  for (const { id, kind, name, venue, installedOn } of equipment) {
    const { expectedOn } = EQUIPMENT[kind];
    rows.push({ id, kind, name, venue, parent: gatewayId, expectedOn, ...(installedOn && { installedOn }) });
  }
  return rows.map((row, i) => deviceCells(school, row, i + 1));
}

function deviceCells(school: ScenarioSchool, row: DeviceRow, number: number): Cell[] {
  const { id, kind, name, key = id, venue, parent, expectedOn = "always", role } = row;
  const { assets } = school;
  const installedOn = row.installedOn ?? assets?.installedOn;
  const assetCode = assets && `${school.id}-${String(number).padStart(4, "0")}`;
  const uplink = role === "egress" ? [UPLINK, school.contractMbps] : [];
  return [
    ...[id, school.id, kind, name, key, venue, parent, undefined, expectedOn],
    ...[assets?.owner, assets?.operator, assetCode, undefined, installedOn, role],
    ...[uplink[0], uplink[1]],
  ];
}

function servesRows({ serves }: PlannedSchool): Cell[][] {
  return serves.map((s) => [s.device, s.venue, s.role, s.walkTestDbm, s.walkTestDate]);
}

/** RFC 4180 with line feeds; an absent cell is empty. */
function csv(header: string, rows: readonly (readonly Cell[])[]): string {
  return `${[header, ...rows.map((row) => row.map(cellText).join(","))].join("\n")}\n`;
}

function cellText(cell: Cell): string {
  const text = String(cell ?? "");
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
