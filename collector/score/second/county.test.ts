// The program and the SQL of this folder judge generated counties alike: windows, states, rooms, schools and regions.
import { describe, expect, it } from "vitest";
import { VENUE_VERDICTS } from "../../../contract/api.ts";
import { type Answers, differences } from "./answers-suite.ts";
import { generateCounty } from "./county-suite.ts";
import { asTheProgram, DEPARTURES } from "./departures-suite.ts";
import { withCounty } from "./judged-suite.ts";
import { MISTAKES } from "./mistakes-suite.ts";
import type { Change } from "./sql-suite.ts";

/** Any other number is another county: more of them may stand here at any time. */
const SEEDS = [1, 2, 3, 6];

/** Names of the changes of which no comparison says anything, over all counties. */
async function unnoticed(changes: ReadonlyMap<string, Change>): Promise<string[]> {
  const left = new Map(changes);
  for (const seed of SEEDS) {
    await withCounty(generateCounty(seed), async ({ program, sql }) => {
      for (const [name, change] of left) {
        if (differences(await sql(change), program).length > 0) left.delete(name);
      }
    });
  }
  return [...left.keys()];
}

/** How often each kind of answer occurs: `covered`, `frozen`, `full true`, `printed`. */
function countKinds(program: Answers, counts: Map<string, number>): void {
  const add = (kind: string) => counts.set(kind, (counts.get(kind) ?? 0) + 1);
  for (const [name, figures] of program) {
    const { verdict, frozen, full, share, down }: Record<string, unknown> = { ...(figures ?? {}) };
    if (typeof verdict === "string") add(verdict);
    if (frozen === true) add("frozen");
    if (typeof full === "string") add(`full ${full}`);
    if (name.startsWith("group ")) add(share === null ? "group insufficient" : "group printed");
    if (typeof down === "number" && down > 0) add("down");
  }
}

describe("a generated county", () => {
  it.each(SEEDS)(
    "is judged alike on the day before its inventory changes, the day after, and when all has arrived: %i",
    async (seed) => {
      const found: string[] = [];
      await withCounty(generateCounty(seed), async ({ name, program, sql }) => {
        found.push(...differences(await sql(asTheProgram), program).map((line) => `${name}: ${line}`));
      });
      expect(found).toEqual([]);
    },
  );

  it("has every verdict, frozen schools, and regions with and without a printed figure", async () => {
    const counts = new Map<string, number>();
    for (const seed of SEEDS) {
      await withCounty(generateCounty(seed), async ({ program }) => countKinds(program, counts));
    }
    const kinds = ["frozen", "full true", "full false", "full unknown", "group printed", "group insufficient", "down"];
    expect([...counts.keys()].sort()).toEqual([...VENUE_VERDICTS, ...kinds].sort());
  });

  it("shows when a rule is not kept", async () => {
    const changes = [...MISTAKES].map(
      ([name, mistake]) => [name, (sql: string) => mistake(asTheProgram(sql))] as const,
    );
    expect(await unnoticed(new Map(changes))).toEqual([]);
  }, 300_000);

  it("shows each place in which the program departs from the document, until it no longer does", async () => {
    const others = DEPARTURES.map(({ name }): [string, Change] => [
      name,
      (sql) => DEPARTURES.reduce((text, one) => (one.name === name ? text : one.change(text)), sql),
    ]);
    expect(await unnoticed(new Map(others))).toEqual([]);
  }, 300_000);
});
