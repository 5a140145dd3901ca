// From rows of the smaller inventory files to what they mean: agents, calendar entries, zones, campuses, group members.
import { ID_PATTERN } from "../../contract/batch.ts";
import { dayOf } from "./day.ts";
import {
  type AgentEntry,
  CALENDAR_KINDS,
  CAMPUS_KINDS,
  type CalendarEntry,
  type Campus,
  type GroupMember,
  type Zone,
} from "./inventory.ts";
import { RURAL_GROUP } from "./membership.ts";
import type { Regions } from "./regions.ts";
import type { Row } from "./row.ts";

export function toAgent(row: Row<"agents.csv">): AgentEntry {
  const id = row.required("id", "an agent's id");
  if (id && !new RegExp(ID_PATTERN).test(id)) {
    row.report("id", `"${id}" is not an agent's id, expected letters, digits, dot, dash and underscore, at most 64`);
  }
  return { id, school: row.required("school", "a school's id"), name: row.text("name") ?? id };
}

export function toCalendarEntry(row: Row<"calendar.csv">): CalendarEntry {
  const from = row.day("from");
  const to = row.day("to");
  if (from === undefined) row.required("from", "a date such as 2026-09-01");
  if (to === undefined) row.required("to", "a date such as 2026-09-01");
  if ((dayOf(from ?? "") ?? 0) > (dayOf(to ?? "") ?? Number.POSITIVE_INFINITY)) row.report("to", `is before ${from}`);
  const name = row.text("name");
  return {
    scope: row.required("scope", "*, a region code or a school's id"),
    from: from ?? "",
    to: to ?? "",
    kind: row.choice("kind", CALENDAR_KINDS),
    ...(name !== undefined && { name }),
  };
}

export function toZone(row: Row<"zones.csv">, regions: Regions): Zone {
  const county = row.required("county", "a county's six-digit code");
  if (county && regions.region(county)?.level !== "county")
    row.report("county", `"${county}" is not the code of a county, expected one of regions.csv, for example 330106`);
  return { id: row.id("id"), name: row.required("name", "the zone's name"), county };
}

export function toCampus(row: Row<"campuses.csv">): Campus {
  const id = row.id("id");
  const school = row.required("school", "a school's id");
  if (id && school && !(id.startsWith(`${school}-`) && id.length > school.length + 1))
    row.report("id", `is "${id}", expected ${school}- and a suffix`);
  return {
    id,
    school,
    name: row.required("name", "the name of the campus or teaching point"),
    kind: row.choice("kind", CAMPUS_KINDS),
  };
}

export function toGroupMember(row: Row<"groups.csv">): GroupMember {
  const group = row.id("group");
  const member = row.required("member", group === RURAL_GROUP ? "a school's id" : "a county's code or a school's id");
  const from = row.day("from");
  const to = row.day("to");
  if (from !== undefined && to !== undefined && to < from) row.report("to", `is before ${from}`);
  return {
    group,
    member,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    source: row.required("source", "the document that says so"),
  };
}
