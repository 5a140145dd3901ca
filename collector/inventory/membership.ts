// Dated groups of an inventory: who belongs to one on a day, and which schools a county itself calls rural.
import { dayText } from "./day.ts";
import type { GroupMember, School } from "./inventory.ts";

/** The group that is a county's own list of its rural schools: its members are schools, and it names all of them. */
export const RURAL_GROUP = "rural";

/** A county's own list of rural schools as valid on a day, in the form that score/gaps/urban-rural.ts takes as a rule. */
export interface RuralList {
  county: string;
  /** The document that says so; several are joined. */
  source: string;
  /** Ids of the whole of the county's rural schools. */
  ruralSchools: readonly string[];
}

export class Membership {
  readonly #byGroup = new Map<string, GroupMember[]>();
  /** Members of the group of rural schools, by the county of the school. */
  readonly #ruralOf = new Map<string, GroupMember[]>();

  constructor(members: readonly GroupMember[], schoolOf: (id: string) => School | undefined) {
    for (const member of members) {
      push(this.#byGroup, member.group, member);
      const county = member.group === RURAL_GROUP ? schoolOf(member.member)?.county : undefined;
      if (county !== undefined) push(this.#ruralOf, county, member);
    }
  }

  /** Names of the groups, in the order of the file. */
  get groups(): string[] {
    return [...this.#byGroup.keys()];
  }

  membersOn(group: string, day: number): readonly GroupMember[] {
    return holding(this.#byGroup.get(group) ?? [], day);
  }

  ruralListOf(county: string, day: number): RuralList | undefined {
    const members = holding(this.#ruralOf.get(county) ?? [], day);
    if (members.length === 0) return undefined;
    const sources = new Set(members.map(({ source }) => source));
    return { county, source: [...sources].join("; "), ruralSchools: members.map(({ member }) => member) };
  }
}

/** Dates in ISO form sort as text. */
function holding(members: readonly GroupMember[], day: number): GroupMember[] {
  const text = dayText(day);
  return members.filter(({ from = "", to = "9999-12-31" }) => from <= text && text <= to);
}

function push<T>(groups: Map<string, T[]>, key: string, item: T): void {
  const group = groups.get(key);
  if (group) group.push(item);
  else groups.set(key, [item]);
}
