// A small inventory as texts, for tests.
import { ConfigError, type Problem } from "../../contract/errors.ts";
import { readInventory } from "./read.ts";
import { loadRegions } from "./regions.ts";

export const SCHOOL = "2133000001";
export const OTHER_SCHOOL = "3133000002";

/** Two schools; the first with a switch, two access points and three venues. */
export const FILES: Readonly<Record<string, string>> = {
  "schools.csv": [
    "id,name,name_en,county,area_code,students,school_hours,inventory_confirmed_at",
    `${SCHOOL},第一小学,First Primary,330106,111,1200,,2026-09-01`,
    `${OTHER_SCHOOL},"第二, 初中",,330122,,,08:00-11:30 13:00-16:30,`,
  ].join("\n"),
  "venues.csv": [
    "id,school,building,room,name,kind,main_teaching,area_m2,seats",
    `v1,${SCHOOL},A,101,一年级1班,classroom,,62.5,45`,
    `v2,${SCHOOL},A,102,,office,yes,,`,
    `v3,${SCHOOL},A,103,Store,storage,no,,`,
  ].join("\n"),
  "devices.csv": [
    "id,school,kind,name,key,venue,parent,segment,expected_on",
    `sw1,${SCHOOL},switch,Switch A,switch-a,,,,`,
    `ap1,${SCHOOL},access_point,AP 101,AA-BB-CC-DD-EE-01,v1,sw1,main,always`,
    `ap2,${SCHOOL},access_point,,aabb.ccdd.ee02,v2,sw1,wifi,`,
    `tv1,${SCHOOL},panel,Panel,panel-1,v1,,,on_demand`,
  ].join("\n"),
  "serves.csv": [
    "device,venue,role,walk_test_dbm,walk_test_date",
    "ap1,v1,primary,,",
    "ap1,v2,secondary,-64.5,2025-03-01",
    "ap2,v2,primary,,",
  ].join("\n"),
  "agents.csv": ["id,school,name", `gw-1,${SCHOOL},Gateway`].join("\n"),
  "calendar.csv": [
    "scope,from,to,kind,name",
    "*,2026-10-01,2026-10-07,holiday,国庆",
    "330100,2026-10-10,2026-10-10,makeup,",
    `${SCHOOL},2026-09-01,2027-01-20,term,`,
  ].join("\n"),
};

/** Every optional column and file that FILES leaves out, to be laid over it. */
export const FULL: Readonly<Record<string, string>> = {
  "schools.csv": [
    "id,name,name_en,county,area_code,students,school_hours,inventory_confirmed_at,stage,zone,area_source",
    `${SCHOOL},第一小学,,330106,111,1200,,2026-09-01,primary,xihu-zone,2025年统计用区划代码`,
    `${OTHER_SCHOOL},"第二, 初中",,330122,,,,,nine_year,,`,
  ].join("\n"),
  "venues.csv": [
    "id,school,building,room,name,kind,main_teaching,area_m2,seats,campus,reconfigurable,compatible,recordable,needs_equipment,approved_on,approval",
    `v1,${SCHOOL},A,101,一年级1班,classroom,,62.5,45,${SCHOOL}-east,yes,no,,no,,`,
    `v2,${SCHOOL},A,102,Lab,new_space,,,,,,,,,2026-03-01,杭教技〔2026〕3号`,
    `v3,${SCHOOL},A,103,Store,storage,no,,,,,,,,,`,
  ].join("\n"),
  "devices.csv": [
    "id,school,kind,name,key,venue,parent,segment,expected_on,owner,operator,asset_code,location,installed_on,role,uplink_interface,contract_mbps",
    `gw1,${SCHOOL},gateway,Gateway,gw-1,,,,,学校,信息中心,ZC-0001,机房,2021-08-15,egress,ge-0/0/1,500`,
    `sw1,${SCHOOL},switch,Switch A,switch-a,,gw1,,,,,,,,core,,`,
    `ap1,${SCHOOL},ap,AP 101,AA-BB-CC-DD-EE-01,v1,sw1,,,,,,,,,,`,
  ].join("\n"),
  "serves.csv": ["device,venue,role", "ap1,v1,primary"].join("\n"),
  "zones.csv": ["id,name,county", "xihu-zone,西湖科技园,330106"].join("\n"),
  "campuses.csv": [
    "id,school,name,kind",
    `${SCHOOL}-east,${SCHOOL},东校区,campus`,
    `${SCHOOL}-tp1,${SCHOOL},山背教学点,teaching_point`,
  ].join("\n"),
  "groups.csv": [
    "group,member,from,to,source",
    `rural,${SCHOOL},2024-09-01,2025-08-31,区教〔2024〕7号`,
    `rural,${SCHOOL},2026-09-01,,区教〔2026〕2号`,
    `project-a,330106,,2026-06-30,省教办〔2025〕1号`,
    `project-a,${OTHER_SCHOOL},2026-01-01,,省教办〔2025〕1号`,
  ].join("\n"),
};

/** The texts with some of them replaced; `undefined` takes a file away. */
export function filesWith(changes: Readonly<Record<string, string | undefined>>): Map<string, string> {
  const files = new Map(Object.entries(FILES));
  for (const [name, text] of Object.entries(changes)) {
    if (text === undefined) files.delete(name);
    else files.set(name, text);
  }
  return files;
}

/** The text of a file with more lines at its end. */
export function moreLines(name: string, ...lines: string[]): string {
  return [FILES[name] ?? "", ...lines].join("\n");
}

export function read(changes: Readonly<Record<string, string | undefined>> = {}) {
  return readInventory(filesWith(changes), loadRegions());
}

/** Problems as `path: message`. */
export function problemsOf(changes: Readonly<Record<string, string | undefined>>): string[] {
  try {
    read(changes);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ path, message }: Problem) => `${path}: ${message}`);
    throw error;
  }
  return [];
}
