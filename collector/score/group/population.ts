// Which schools a region, a zone, a group, or the population of a policy target consists of on a day (scoring model 2, 10).
//
// 中小学 are the schools of the categories 21, 31 and 34; groups of the policy documents speak of these, unless they name vocational
// schools (36) or universities (41). Regions and zones have all schools of the inventory.
import { dayOf } from "../../inventory/day.ts";
import type { Inventory, School } from "../../inventory/inventory.ts";
import type { RegionLevel } from "../../inventory/regions.ts";
import { type Groups, LISTS, type ListId, type Membership } from "../gaps/groups.ts";
import type { Population } from "../policy/target.ts";
import { allOf, anyOf, type Truth } from "../truth.ts";
import { type GroupSchool, sideOn } from "./school.ts";

/** A school with whether it belongs; its figures come later. */
export type Member = Omit<GroupSchool, "figures">;

export interface GroupScope {
  kind: RegionLevel | "zone" | "group";
  id: string;
  name: string;
  nameEn?: string;
  parent?: string;
  /** Counties that are compared with each other, or the one county whose schools are. */
  counties?: readonly string[];
  county?: string;
  /** Of a list of the policy documents: which lists were in force on the day, and until when that was confirmed. */
  list?: { on: string; lists: readonly ListId[]; confirmedOn?: string };
  schools: readonly Member[];
}

/** What scopes are looked up in, as valid on `day`, such as 2026-10-31. */
export interface ScopeWorld {
  inventory: Inventory;
  groups: Groups;
  day: string;
}

const BASIC = ["21", "31", "34"];
const CATEGORY_WORDS: Readonly<Record<string, readonly string[]>> = { university: ["41"], vocational: ["36"] };
const GROUP_NAMES: Readonly<Record<ListId | "rural", { zh: string; en: string }>> = {
  mountain26: { zh: "山区26县", en: "26 mountain counties" },
  mountain_island25: { zh: "山区海岛25县", en: "25 mountain and island counties" },
  island: { zh: "海岛县（市、区）", en: "island counties" },
  rural: { zh: "乡村学校", en: "rural schools" },
};

/** `undefined` when there is no such region, zone or group. */
export function scopeOf(id: string, world: ScopeWorld): GroupScope | undefined {
  return regionScope(id, world) ?? zoneScope(id, world) ?? documentScope(id, world) ?? listedScope(id, world);
}

/** All scopes that have a school: counties, cities, province, zones, then groups. */
export function allScopes(world: ScopeWorld): string[] {
  const { inventory } = world;
  const regions = inventory.regions.all().map(({ code }) => code);
  const zones = (inventory.contents.zones ?? []).map(({ id }) => id);
  const groups = [...new Set<string>([...LISTS, "rural", ...inventory.groups])];
  return [
    ...regions.filter((code) => inventory.schoolsIn(code).length > 0),
    ...zones.filter((id) => inventory.schoolsOfZone(id).length > 0),
    ...groups,
  ];
}

function regionScope(id: string, world: ScopeWorld): GroupScope | undefined {
  const { inventory } = world;
  const region = inventory.regions.region(id);
  if (!region) return undefined;
  const { level: kind, name, nameEn, parent } = region;
  const within = inventory.regions
    .all()
    .filter(({ code, level }) => level === "county" && isWithin(code, id, inventory));
  return {
    kind,
    id,
    name,
    nameEn,
    ...(parent !== undefined && { parent }),
    ...(kind === "county" ? { county: id } : { counties: within.map(({ code }) => code) }),
    schools: inventory.schoolsIn(id).map((school) => memberOf(school, true, world)),
  };
}

function isWithin(county: string, region: string, { regions }: Inventory): boolean {
  return regions.path(county).some(({ code }) => code === region);
}

function zoneScope(id: string, world: ScopeWorld): GroupScope | undefined {
  const zone = world.inventory.zone(id);
  if (!zone) return undefined;
  const schools = world.inventory.schoolsOfZone(id).map((school) => memberOf(school, true, world));
  return { kind: "zone", id, name: zone.name, parent: zone.county, schools };
}

/** A group that the policy documents name. */
function documentScope(id: string, world: ScopeWorld): GroupScope | undefined {
  const listId = LISTS.find((list) => list === id);
  if (listId === undefined && id !== "rural") return undefined;
  const { zh, en } = GROUP_NAMES[listId ?? "rural"];
  const population: Population = { text: id, allOf: [[id]] };
  const schools = populationOf(population, world, world.day) ?? [];
  return {
    kind: "group",
    id,
    name: zh,
    nameEn: en,
    ...(listId !== undefined && { list: listOn(listId, world) }),
    schools,
  };
}

function listOn(list: ListId, { groups, day, inventory }: ScopeWorld): NonNullable<GroupScope["list"]> {
  const [any] = inventory.regions.all().filter(({ level }) => level === "county");
  const membership: Membership = groups.membership(list, any?.code ?? "", day);
  const { lists, confirmedOn } = membership;
  return { on: day, lists, ...(confirmedOn !== undefined && { confirmedOn }) };
}

/** A group that the inventory lists: its members are counties and schools. */
function listedScope(id: string, world: ScopeWorld): GroupScope | undefined {
  const { inventory, day } = world;
  if (!inventory.groups.includes(id)) return undefined;
  const members = new Set(inventory.groupMembersOn(id, dayNumber(day)).map(({ member }) => member));
  const schools = inventory.schools.filter((school) => members.has(school.id) || members.has(school.county));
  return { kind: "group", id, name: id, schools: schools.map((school) => memberOf(school, true, world)) };
}

function memberOf(school: School, member: Truth, { inventory, day }: ScopeWorld): Member {
  return { school, member, side: sideOn(school, inventory, day) };
}

/** Whether a population is taken over a list of counties that changed: then there is a list of the document's day, and the current one. */
export function namesList({ allOf: lists }: Population): boolean {
  return lists.flat().some((word) => LISTS.some((list) => list === word));
}

/**
 * The schools that a policy target speaks of, each with whether it belongs; those of other categories are not there at all.
 * `undefined` for what is no population of schools: networks, websites.
 *
 * @param listOn the day whose list of counties is taken; absent: not known, and so is who belongs to it
 */
export function populationOf(
  population: Population,
  world: ScopeWorld,
  listOn: string | undefined,
): Member[] | undefined {
  const words = population.allOf.flat();
  if (words.some((word) => word.startsWith("network:") || word.startsWith("website:"))) return undefined;
  const categories = words.flatMap((word) => CATEGORY_WORDS[word] ?? []);
  const wanted = categories.length > 0 ? categories : BASIC;
  const listed = listedCounties(world, listOn);
  return world.inventory.schools
    .filter(({ id }) => wanted.includes(id.slice(0, 2)))
    .map((school) => {
      const side = sideOn(school, world.inventory, world.day);
      const member = allOf(
        population.allOf.map((choices) => anyOf(choices.map((word) => isSo(word, { school, side }, world, listed)))),
      );
      return { school, side, member };
    });
}

/** Whether a county is on a list on a day; asked once a county, because a province has thousands of schools in ninety. */
function listedCounties({ groups }: ScopeWorld, listOn: string | undefined): (list: ListId, county: string) => Truth {
  const known = new Map<string, Truth>();
  return (list, county) => {
    if (listOn === undefined) return undefined;
    const key = `${list} ${county}`;
    if (!known.has(key)) known.set(key, groups.membership(list, county, listOn).member);
    return known.get(key);
  };
}

function isSo(
  word: string,
  { school, side }: Omit<Member, "member">,
  { inventory, day }: ScopeWorld,
  isOnList: (list: ListId, county: string) => Truth,
): Truth {
  const list = LISTS.find((id) => id === word);
  if (list !== undefined) return isOnList(list, school.county);
  const category = school.id.slice(0, 2);
  if (/^city:\d{6}$/.test(word)) return isWithin(school.county, word.slice("city:".length), inventory);
  switch (word) {
    case "rural":
      return side === "unclassified" ? undefined : side === "rural";
    case "school:primary":
      return category === "21";
    case "school:secondary":
      return category === "31" || category === "34";
    case "compulsory":
      return category === "21" || category === "31";
    // Who runs a school is in no column of the inventory.
    case "public":
      return undefined;
    case "pilot":
      return isListed("pilot", school, inventory, day);
    default:
      return true;
  }
}

function isListed(group: string, { id, county }: School, inventory: Inventory, day: string): Truth {
  if (!inventory.groups.includes(group)) return undefined;
  return inventory.groupMembersOn(group, dayNumber(day)).some(({ member }) => member === id || member === county);
}

/** @throws RangeError for what is no day */
function dayNumber(text: string): number {
  const day = dayOf(text);
  if (day === undefined) throw new RangeError(`"${text}" is no day, expected one such as 2026-10-31`);
  return day;
}
