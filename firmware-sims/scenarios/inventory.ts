// What people would have to write for the schools of a scenario: the inventory's CSV files and the agents' configurations.

import { stringify } from "yaml";
import type { SchoolClockRule } from "../../contract/clock.ts";
import { type Plan, type PlannedSchool, targetIds } from "./plan.ts";

type Cell = string | number | undefined;

/** The inventory files by name, as `campanile-collector import` reads them. */
export function inventoryFiles({ scenario, schools }: Plan): Map<string, string> {
  return new Map([
    [
      "schools.csv",
      csv("id,name,name_en,county,area_code,students,school_hours,inventory_confirmed_at", schools.map(schoolRow)),
    ],
    ["venues.csv", csv("id,school,building,room,name,kind,main_teaching,area_m2,seats", schools.flatMap(venueRows))],
    ["devices.csv", csv("id,school,kind,name,key,venue,parent,segment,expected_on", schools.flatMap(deviceRows))],
    ["serves.csv", csv("device,venue,role,walk_test_dbm,walk_test_date", schools.flatMap(servesRows))],
    [
      "agents.csv",
      csv(
        "id,school,name",
        schools.map(({ school: { id, agent } }) => [agent.id, id, agent.name]),
      ),
    ],
    [
      "calendar.csv",
      csv(
        "scope,from,to,kind,name",
        scenario.calendar.map((c) => [c.scope, c.from, c.to, c.kind, c.name]),
      ),
    ],
  ]);
}

export interface AgentFileOptions {
  plan: Plan;
  planned: PlannedSchool;
  collector: string;
  clock: SchoolClockRule;
  /** Where a target listens. */
  addressOf: (id: string) => { host: string; port: number };
}

/** How many of a school's access points stand for their segment where there is no controller. */
const REFERENCE_APS = 3;

/** The YAML text of one agent's configuration. */
export function agentFile({ plan, planned, collector, clock, addressOf }: AgentFileOptions): string {
  const { asking, community } = plan.scenario;
  const { gatewayId, controllerId, aps, school } = planned;
  const config = {
    agent: school.agent.id,
    collector,
    ...asking,
    // A school clock runs many times as fast as the real time that a flush counts in.
    spool: { flush: "100ms" },
    clock: { school: clock },
    selfTest: {
      interface: "lo",
      gateway: gatewayId,
      references: controllerId === undefined ? aps.slice(0, REFERENCE_APS).map(({ id }) => id) : [controllerId],
    },
    targets: targetIds(planned).map((id) => {
      const { host, port } = addressOf(id);
      return { id, url: `snmp://${host}:${port}`, community };
    }),
  };
  return `# Written by campanile-sims for ${school.nameEn}: everything it asks is simulated.\n${stringify(config)}`;
}

function schoolRow({ school: s }: PlannedSchool): Cell[] {
  return [s.id, s.name, s.nameEn, s.county, s.areaCode, s.students, s.schoolHours, s.inventoryConfirmedAt];
}

function venueRows({ school, venues }: PlannedSchool): Cell[][] {
  return venues.map((v) => {
    const mainTeaching = v.mainTeaching === undefined ? undefined : v.mainTeaching ? "yes" : "no";
    return [v.id, school.id, v.building, v.room, v.name, v.kind, mainTeaching, v.areaM2, v.seats];
  });
}

function deviceRows({ school, gatewayId, switchId, controllerId, aps }: PlannedSchool): Cell[][] {
  const always = [undefined, "always"];
  const rows: Cell[][] = [
    [gatewayId, school.id, "gateway", "网关 Gateway", gatewayId, undefined, undefined, ...always],
    [switchId, school.id, "switch", "交换机 Switch", switchId, undefined, gatewayId, ...always],
  ];
  if (controllerId !== undefined) {
    rows.push([
      controllerId,
      school.id,
      "wifi_controller",
      "无线控制器 Wi-Fi controller",
      controllerId,
      undefined,
      gatewayId,
      ...always,
    ]);
  }
  // Behind a controller an access point is known by its MAC; one that answers itself, by its target's id.
  for (const { id, name, mac, venue } of aps) {
    const key = controllerId === undefined ? id : mac;
    rows.push([id, school.id, "ap", name, key, venue, controllerId ?? gatewayId, ...always]);
  }
  return rows;
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
