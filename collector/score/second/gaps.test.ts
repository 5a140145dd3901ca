// Section 6: the program and the SQL of this folder give the same gaps and the same states of years.
import { describe, expect, it } from "vitest";
import { rowsOf } from "../../store/duckdb-transaction.ts";
import { Exact } from "../exact.ts";
import type { Cv } from "../gaps/cv.ts";
import { cvCounty, cvSchool, type IndexedSchool, urbanRural } from "../gaps/indicators.ts";
import { compareYears } from "../gaps/panel.ts";
import { differences } from "./answers-suite.ts";
import { Dice } from "./dice-suite.ts";
import { type Change, inMemory, stepText } from "./sql-suite.ts";

const SEEDS = Array.from({ length: 30 }, (_, i) => i + 1);
const YEARS = [2024, 2025, 2026] as const;
const COUNTIES = ["330106", "330122", "330203", "330281"] as const;
const STAGES = ["primary", "junior"] as const;

type Years = ReadonlyMap<number, readonly IndexedSchool[]>;

/** Schools whose index moves from year to year; some have none, some nobody counted the students of, some have no class. */
function generateYears(seed: number): Years {
  const dice = new Dice(seed);
  const unclassified = dice.pick([0, 0.02, 0.05, 0.1]);
  const unknown = dice.pick([0, 0.05, 0.15, 0.25]);
  const uncounted = dice.chance(0.25) ? 0.03 : 0;
  const spread = dice.pick([0, 2, 20]);
  const schools = Array.from(
    { length: dice.whole(8, 40) },
    (_, i): IndexedSchool => ({
      id: `s${i}`,
      county: dice.pick(COUNTIES),
      stage: dice.pick(STAGES),
      side: dice.chance(unclassified) ? "unclassified" : dice.pick(["urban", "rural"]),
      ...(!dice.chance(uncounted) && { students: dice.pick([0, 40, 300, 1_200, 700]) }),
    }),
  );
  const indexes = new Map(schools.map(({ id }) => [id, dice.whole(50 - spread, 50 + spread)]));
  const drift = dice.pick([0.9, 0.99, 1, 1.05]);
  return new Map(
    YEARS.map((year) => [
      year,
      schools
        .filter(() => !dice.chance(0.03))
        .map((school) => {
          const index = 50 + ((indexes.get(school.id) ?? 50) - 50) * drift ** (year - 2024);
          return { ...school, ...(!dice.chance(unknown) && { index: Math.round(index * 1_000) / 1_000 }) };
        }),
    ]),
  );
}

async function bySql(years: Years, change: Change = (sql) => sql): Promise<Map<string, unknown>> {
  const text = (value: string | undefined) => (value === undefined ? "NULL" : `'${value}'`);
  const rows = [...years].flatMap(([year, schools]) =>
    schools.map(({ id, county, stage, students, side, index }) => {
      const milli = index === undefined ? "NULL" : Math.round(index * 1_000);
      return `(${year}, '${id}', '${county}', ${text(stage)}, ${students ?? "NULL"}, '${side}', ${milli})`;
    }),
  );
  return inMemory(async (connection) => {
    await connection.run(await stepText("00-parameters"));
    await connection.run(`
      CREATE TABLE index_of_school (year INTEGER, school VARCHAR, county VARCHAR, stage VARCHAR, students BIGINT, side VARCHAR,
        index_milli BIGINT);
      INSERT INTO index_of_school VALUES ${rows.join(",")};`);
    const sql = await stepText("60-gaps");
    await connection.run(change(sql));
    const answers = new Map<string, unknown>();
    for (const [year, figure, n, mean, least, most, cv] of await rowsOf(
      connection,
      "SELECT year, figure, n, mean, least_x, most_x, cv FROM cv",
    )) {
      const known = cv === null ? [null] : [cv, mean, least, most].map(rounded);
      answers.set(`${String(year)} ${String(figure)}`, [Number(n), ...known]);
    }
    for (const [year, gap, cv] of await rowsOf(connection, "SELECT year, gap, cv FROM urban_rural")) {
      answers.set(`${String(year)} URBAN_RURAL`, [rounded(gap), rounded(cv)]);
    }
    for (const [year, state, cv1, cv2] of await rowsOf(connection, "SELECT earlier, state, cv1, cv2 FROM year_state")) {
      answers.set(`${String(year)} PANEL`, [state, ...(state === "insufficient" ? [] : [rounded(cv1), rounded(cv2)])]);
    }
    return answers;
  });
}

function byProgram(years: Years): Map<string, unknown> {
  const answers = new Map<string, unknown>();
  for (const [year, schools] of years) {
    const add = (figure: string, cv: Cv) => {
      if (cv.n > 0) answers.set(`${year} ${figure}`, [cv.n, ...figuresOf(cv)]);
    };
    add("CV_COUNTY by students", cvCounty(schools, COUNTIES, "students").cv);
    add("CV_COUNTY equal", cvCounty(schools, COUNTIES, "equal").cv);
    for (const county of COUNTIES) {
      for (const stage of STAGES) add(`CV_SCHOOL ${county} ${stage}`, cvSchool(schools, county, stage));
    }
    const gap = urbanRural(schools);
    const printed =
      gap.status === "value" ? [gap.gap.toNumber(), gap.cv.status === "value" ? gap.cv.value : null] : [null, null];
    answers.set(`${year} URBAN_RURAL`, printed.map(rounded));
  }
  for (const year of YEARS.slice(0, -1)) {
    const unitsIn = (of: number) =>
      (years.get(of) ?? []).map(({ id, index, students }) => ({
        id,
        ...(index !== undefined && { value: Exact.of(index) }),
        ...(students !== undefined && { students }),
      }));
    const panel = compareYears(
      { year, modelVersion: "2026.1", units: unitsIn(year) },
      { year: year + 1, modelVersion: "2026.1", units: unitsIn(year + 1) },
      { weighting: "students", least: 5 },
    );
    const values =
      panel.status === "value"
        ? [panel.state, rounded(panel.earlier.value), rounded(panel.later.value)]
        : ["insufficient"];
    answers.set(`${year} PANEL`, values);
  }
  return answers;
}

function figuresOf(cv: Cv): (number | null)[] {
  if (cv.status === "insufficient") return [null];
  return [cv.value, cv.mean.toNumber(), cv.min.toNumber(), cv.max.toNumber()].map(rounded);
}

/** To nine decimals: the SQL counts in doubles, the program exactly. */
function rounded(value: unknown): number | null {
  return typeof value === "number" ? Math.round(value * 1e9) / 1e9 + 0 : null; // + 0: no negative zero
}

/** Wrong versions of single rules. */
const MISTAKES: ReadonlyMap<string, Change> = new Map([
  ["n − 1", (sql) => sql.replace("/ sum(t.weight)) / m.mean", "/ (sum(t.weight) - 1)) / m.mean")],
  [
    "equal weights where students weigh",
    (sql) => sql.replace("index_milli / 1000.0::DOUBLE, students, 5", "index_milli / 1000.0::DOUBLE, 1, 5"),
  ],
  ["four schools are enough", (sql) => sql.replace("students, 5\n", "students, 4\n")],
  ["what is flat has narrowed", (sql) => sql.replace("cv2 <= cv1 - 0.005", "cv2 <= cv1 + 0.005")],
  ["a panel of 75 % is enough", (sql) => sql.replace("20 * b.n < panel_20 * p.units", "20 * b.n < 15 * p.units")],
  [
    "unclassified schools do not matter",
    (sql) => sql.replace("20 * unclassified <= unclassified_20 * schools", "true"),
  ],
]);

describe("gaps", () => {
  it.each(SEEDS)("agree, seed %i", async (seed) => {
    const years = generateYears(seed);
    expect(differences(await bySql(years), byProgram(years))).toEqual([]);
  });

  it("show when a rule is not kept", async () => {
    const left = new Map(MISTAKES);
    for (const years of SEEDS.map(generateYears)) {
      const program = byProgram(years);
      for (const [name, change] of left) {
        if (differences(await bySql(years, change), program).length > 0) left.delete(name);
      }
    }
    expect([...left.keys()]).toEqual([]);
  });
});
