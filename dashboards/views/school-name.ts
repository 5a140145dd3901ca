// The name of a school by its id, from the list every view shares.
import type { SchoolList, SchoolSummary } from "../../contract/api.ts";

/** The name in the language chosen; the id while the list has not arrived or does not have it. */
export function schoolName(
  list: SchoolList | undefined,
  id: string,
  pickName: (school: SchoolSummary) => string,
): string {
  const school = list?.schools.find((each) => each.id === id);
  return school ? pickName(school) : id;
}
