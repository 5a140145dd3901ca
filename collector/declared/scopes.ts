// What a scope's name is: a school, a region, a functional zone, or a group of counties or schools.
import type { DeclaringScope } from "../../contract/declared.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { Regions } from "../inventory/regions.ts";
import { LISTS } from "../score/gaps/groups.ts";
import type { PolicyTarget } from "../score/policy/target.ts";

export interface KnownScopes {
  regions: Regions;
  /** Absent until one was imported: then there are neither schools nor zones. */
  inventory: Inventory | undefined;
}

/** Of everybody, of each of several, or of two that are compared: such a population is no group with a figure of its own. */
const NO_GROUP = /^province$|^school:|[*/]/;

/** Populations of the policy targets of which one figure can be declared, as the targets name them: `mountain26|rural`, `vocational`. */
export function populationNames(targets: Iterable<PolicyTarget>): ReadonlySet<string> {
  const names = [...targets].flatMap(({ populations }) => populations.map(({ text }) => text));
  return new Set([...LISTS, ...names.filter((name) => !NO_GROUP.test(name))]);
}

/** `undefined` for a name that nothing has. @param populations as `populationNames` has them */
export function scopeKindOf(
  scope: string,
  { regions, inventory }: KnownScopes,
  populations: ReadonlySet<string>,
): DeclaringScope | undefined {
  if (inventory?.school(scope) !== undefined) return "school";
  if (regions.region(scope) !== undefined) return "region";
  if (inventory?.contents.zones?.some(({ id }) => id === scope)) return "zone";
  const isListed = inventory?.contents.groups?.some(({ group }) => group === scope) === true;
  return isListed || populations.has(scope) ? "group" : undefined;
}
