// What a scope's name is: a school, a region, a functional zone, or a group of counties or schools.
import type { DeclaringScope } from "../../contract/declared.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { Regions } from "../inventory/regions.ts";
import { LISTS } from "../score/gaps/groups.ts";

/** Groups of the policy documents that are found by each school's class, not by a list. */
const GROUPS_BY_CLASS = ["rural", "urban"];

export interface KnownScopes {
  regions: Regions;
  /** Absent until one was imported: then there are neither schools nor zones. */
  inventory: Inventory | undefined;
}

/** `undefined` for a name that nothing has. */
export function scopeKindOf(scope: string, { regions, inventory }: KnownScopes): DeclaringScope | undefined {
  if (inventory?.school(scope) !== undefined) return "school";
  if (regions.region(scope) !== undefined) return "region";
  if (inventory?.contents.zones?.some(({ id }) => id === scope)) return "zone";
  const isGroup =
    [...LISTS, ...GROUPS_BY_CLASS].some((id) => id === scope) ||
    inventory?.contents.groups?.some(({ group }) => group === scope) === true;
  return isGroup ? "group" : undefined;
}
