// Reads a scenario file and checks it: every problem at once, before anything is started.
import { readFile } from "node:fs/promises";
import { LineCounter, parseDocument } from "yaml";
import { checked } from "../../contract/check.ts";
import { CampusError, ConfigError, messageOf, type Problem } from "../../contract/errors.ts";
import { faultProblems as faultParameterProblems } from "../snmp/fault.ts";
import { apInRoom, deviceIds, type Plan, type PlannedSchool, planScenario } from "./plan.ts";
import { type Scenario, type ScenarioFault, ScenarioSchema } from "./schema.ts";
import { hourRanges, isSkipped, isWeekend, momentMs } from "./school-time.ts";

/**
 * The scenario in `file`, worked out.
 * @throws ConfigError with every problem found; CampusError `SCENARIO_UNREADABLE` when the file cannot be read.
 */
export async function loadScenario(file: string): Promise<Plan> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new CampusError("SCENARIO_UNREADABLE", `${file}: cannot be read: ${messageOf(cause)}`, { cause });
  });
  return planScenario(parseScenario(file, text));
}

/** The scenario in a text, `file` naming it in messages. @throws ConfigError with every problem found. */
export function parseScenario(file: string, text: string): Scenario {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    const problems = faults.map(({ pos, code }) => ({
      path: `line ${lineCounter.linePos(pos[0]).line}`,
      message: `is not YAML: ${code.toLowerCase().replaceAll("_", " ")}`,
    }));
    throw new ConfigError(file, problems);
  }
  return checked(file, ScenarioSchema, document.toJS(), scenarioProblems);
}

/** What the schema cannot say: names that must exist, ids that must be unique, times that must go forward. */
function scenarioProblems(scenario: Scenario): Problem[] {
  const { schools } = planScenario({ ...scenario, faults: [] });
  return [
    ...clockProblems(scenario),
    ...calendarProblems(scenario),
    ...idProblems(schools),
    ...schools.flatMap(servesProblems),
    ...schools.flatMap(equipmentProblems),
    ...declaredProblems(scenario),
    ...scenario.faults.flatMap((fault, i) => faultProblems(fault, `faults[${i}]`, scenario, schools)),
  ];
}

function clockProblems({ clock: { shows, open, skips = [] } }: Scenario): Problem[] {
  const atMs = Date.parse(shows);
  if (Number.isNaN(atMs)) return [{ path: "clock.shows", message: `"${shows}" is no instant` }];
  const problems = rangeProblems(open, "clock.open");
  const local = atMs + 8 * 3_600_000;
  if (isWeekend(local - (local % 86_400_000))) {
    problems.push({ path: "clock.shows", message: `"${shows}" is a weekend, which a school clock does not have` });
  }
  if (isSkipped(local - (local % 86_400_000), skips)) {
    problems.push({ path: "clock.shows", message: `"${shows}" is a day that the clock skips` });
  }
  for (const [i, { from, to }] of skips.entries()) {
    if (to < from) problems.push({ path: `clock.skips[${i}].to`, message: `${to} is before ${from}` });
  }
  return problems;
}

function rangeProblems(hours: string, path: string): Problem[] {
  let last = -1;
  return hourRanges(hours).flatMap(({ fromMinute, toMinute }) => {
    const isForward = fromMinute > last && toMinute > fromMinute && toMinute <= 1_440;
    last = toMinute;
    return isForward ? [] : [{ path, message: `"${hours}" must go forward within a day` }];
  });
}

function calendarProblems({ calendar, schools }: Scenario): Problem[] {
  const hours = schools.flatMap(({ schoolHours }, i) => rangeProblems(schoolHours, `schools[${i}].schoolHours`));
  const days = calendar.flatMap(({ from, to }, i) =>
    from <= to ? [] : [{ path: `calendar[${i}].to`, message: `${to} is before ${from}` }],
  );
  return [...hours, ...days];
}

/** Ids must be unique over all schools: of schools, agents, devices and rooms. */
function idProblems(schools: readonly PlannedSchool[]): Problem[] {
  const ids = {
    key: schools.map(({ school }) => [school.key]),
    id: schools.map(({ school }) => [school.id]),
    "agent.id": schools.map(({ school }) => [school.agent.id]),
    buildings: schools.map((planned) => [...planned.venues.map(({ id }) => id), ...deviceIds(planned)]),
  };
  return Object.entries(ids).flatMap(([key, perSchool]) => {
    const seen = new Set<string>();
    return perSchool.flatMap((list, i) =>
      list.flatMap((id) => {
        if (seen.has(id)) return [{ path: `schools[${i}].${key}`, message: `"${id}" is there twice` }];
        seen.add(id);
        return [];
      }),
    );
  });
}

function servesProblems(planned: PlannedSchool, position: number): Problem[] {
  return planned.school.serves.flatMap(({ from, room }, i) => {
    const path = `schools[${position}].serves[${i}]`;
    const problems: Problem[] = [];
    if (!apInRoom(planned, from)) problems.push({ path: `${path}.from`, message: noSuchAp(from) });
    if (!planned.venues.some(({ id }) => id === room)) {
      problems.push({ path: `${path}.room`, message: noSuchRoom(room) });
    }
    return problems;
  });
}

function equipmentProblems({ school, venues }: PlannedSchool, position: number): Problem[] {
  return school.equipment.flatMap(({ room }, i) =>
    venues.some(({ id }) => id === room)
      ? []
      : [{ path: `schools[${position}].equipment[${i}].room`, message: noSuchRoom(room) }],
  );
}

function declaredProblems({ declared, schools }: Scenario): Problem[] {
  return declared.flatMap(({ school }, i) =>
    schools.some(({ key }) => key === school) ? [] : [{ path: `declared[${i}].school`, message: noSuchSchool(school) }],
  );
}

function faultProblems(
  fault: ScenarioFault,
  path: string,
  { clock: { shows, skips } }: Scenario,
  schools: readonly PlannedSchool[],
): Problem[] {
  const { accessPoint, device, school, agent, at, until } = fault;
  const problems: Problem[] = [];
  if ([accessPoint, device, school, agent].filter((named) => named !== undefined).length !== 1) {
    problems.push({ path, message: "names not exactly one of accessPoint, device, school and agent" });
  }
  if (accessPoint && !schools.some((planned) => apInRoom(planned, accessPoint))) {
    problems.push({ path: `${path}.accessPoint`, message: noSuchAp(accessPoint) });
  }
  if (device !== undefined && !schools.some((planned) => deviceIds(planned).includes(device))) {
    problems.push({ path: `${path}.device`, message: `there is no device "${device}"` });
  }
  for (const [name, key] of Object.entries({ school, agent })) {
    if (key === undefined || schools.some((planned) => planned.school.key === key)) continue;
    problems.push({ path: `${path}.${name}`, message: noSuchSchool(key) });
  }
  if (until !== undefined && momentMs(until, shows, skips) <= momentMs(at, shows, skips)) {
    problems.push({ path: `${path}.until`, message: `"${until}" is not after "${at}"` });
  }
  return [...problems, ...whatIsWrongProblems(fault, path, schools)];
}

function whatIsWrongProblems(fault: ScenarioFault, path: string, schools: readonly PlannedSchool[]): Problem[] {
  if ((fault.fault === undefined) !== (fault.agent !== undefined)) {
    const message = fault.fault ? "means nothing for an agent's machine, which is off" : "is missing";
    return [{ path: `${path}.fault`, message }];
  }
  if (fault.fault === undefined) return [];
  const problems = faultParameterProblems(fault.fault).map((p) => ({ ...p, path: `${path}.fault.${p.path}` }));
  if (fault.fault.kind !== "silent" && isBehindController(fault, schools)) {
    problems.push({ path: `${path}.fault`, message: "an access point behind a controller can only be silent" });
  }
  return problems;
}

function isBehindController({ accessPoint, device }: ScenarioFault, schools: readonly PlannedSchool[]): boolean {
  return schools.some((planned) => {
    if (planned.controllerId === undefined) return false;
    if (accessPoint) return apInRoom(planned, accessPoint) !== undefined;
    return planned.aps.some(({ id }) => id === device);
  });
}

function noSuchRoom(room: string): string {
  return `there is no room "${room}" in this school`;
}

function noSuchSchool(key: string): string {
  return `there is no school "${key}"`;
}

function noSuchAp({ room, ap }: { room: string; ap: number }): string {
  return `there is no access point ${ap} in a room "${room}"`;
}
