import { beforeEach, describe, expect, it } from "vitest";
import { compileProfile } from "../profiles/compile.ts";
import type { Profile, TableRule } from "../profiles/profile.ts";
import type { ProfileFile, TableFile } from "../profiles/schema.ts";
import { type Oid, parseOid } from "../snmp/oid.ts";
import type { SnmpTable } from "../snmp/table.ts";
import type { SnmpValue } from "../snmp/value.ts";
import { SLOW_EVERY_MS, SlowColumns } from "./slow-columns.ts";

const MINUTE_MS = 60_000;
const ROOT = "1.3.6.1.4.1.99999.2.1";

function profileOf(change: Partial<TableFile> = {}, scalars: ProfileFile["scalars"] = []): Profile {
  const table: TableFile = {
    name: "access-points",
    index: [{ part: "ap", type: "integer" }],
    child: "serial",
    lists: "accessPoints",
    columns: {
      serial: { oid: `${ROOT}.1`, fact: "serial" },
      model: { oid: `${ROOT}.2`, fact: "model" },
      state: { oid: `${ROOT}.3`, metric: "wifi_ap_up" },
      firmware: { oid: `${ROOT}.4`, fact: "firmware" },
    },
    ...change,
  };
  const problems: string[] = [];
  const report = (path: string, message: string) => problems.push(`${path}: ${message}`);
  const profile = compileProfile({ name: "acme", title: "Acme", tables: [table], scalars }, report);
  expect(problems).toEqual([]);
  return profile;
}

/** One row each, by column number. */
type Rows = Record<string, Partial<Record<number, SnmpValue>>>;

describe("slow columns", () => {
  let slow: SlowColumns;
  let profile: Profile;
  let rows: Rows;
  /** Last arcs of the columns of each walk. */
  let walks: string[];
  let nowMs: number;
  let upTicks: number;

  beforeEach(() => {
    slow = new SlowColumns();
    profile = profileOf();
    rows = { a: { 1: "S1", 2: "AP", 3: 1, 4: "1.0" }, b: { 1: "S2", 2: "AP", 3: 0, 4: "1.0" } };
    walks = [];
    nowMs = 1_000_000;
    upTicks = 100;
  });

  async function walk(columns: readonly Oid[]): Promise<SnmpTable> {
    const numbers = columns.map(({ text }) => Number(text.split(".").at(-1)));
    walks.push(numbers.join());
    const keys = Object.keys(rows).filter((key) => numbers.some((number) => rows[key]?.[number] !== undefined));
    return { rowKeys: keys, columns: numbers.map((number) => keys.map((key) => rows[key]?.[number])), refused: 0 };
  }

  const table = (): TableRule => {
    const [rule] = profile.tables;
    if (!rule) throw new RangeError("the profile has no table");
    return rule;
  };

  /** One run, a minute after the last. */
  async function run({ isReadWhole = true, isHandedOn = true, sysObjectId = "1.3.6.1.4.1.99999.1" } = {}) {
    nowMs += MINUTE_MS;
    const slowRun = slow.begin({ profile, sysObjectId, upTicks }, nowMs);
    const skippedValues = slowRun.skippedValues(profile);
    const found = slowRun.asksTable(table()) ? await slowRun.read(table(), walk) : undefined;
    if (isReadWhole) slowRun.keep();
    slowRun.commit(isHandedOn ? "all" : "target");
    return { found, skippedValues, skipped: slowRun.skipped };
  }

  it("are asked in the first run, and then not for a quarter of an hour", async () => {
    for (let i = 0; i <= SLOW_EVERY_MS / MINUTE_MS; i++) await run();
    expect(walks).toEqual(["1,2,3,4", ...Array.from({ length: 14 }, () => "1,3"), "1,2,3,4"]);
  });

  it("leave their place empty when they are not asked, and say so, so that no other source is taken for them", async () => {
    await run();
    const { found, skipped } = await run();
    expect(found?.columns).toEqual([["S1", "S2"], [], [1, 0], []]);
    expect([...skipped.behind]).toEqual(["model", "firmware"]);
    expect([...skipped.target]).toEqual([]);
  });

  it("are asked at once when a row appears that was not there before, and only that table's", async () => {
    await run();
    rows.c = { 1: "S3", 2: "AP", 3: 1, 4: "2.0" };
    const { found } = await run();
    expect(walks.slice(1)).toEqual(["1,3", "1,2,3,4"]);
    expect(found?.columns[3]).toEqual(["1.0", "1.0", "2.0"]);
    delete rows.c;
    await run();
    rows.c = { 1: "S3", 2: "AP", 3: 1, 4: "2.0" };
    await run();
    // What is gone may still be there in its slow columns; what has been there before is known when it comes back.
    expect(walks.slice(3)).toEqual(["1,3", "1,2,3,4", "1,3"]);
  });

  it("are asked at once when a row lost all that is not slow, so that it is still counted", async () => {
    await run();
    rows.b = { 2: "AP", 4: "1.0" };
    expect((await run()).found?.rowKeys).toEqual(["a", "b"]);
    expect((await run()).found?.rowKeys).toEqual(["a", "b"]);
    expect(walks).toEqual(["1,2,3,4", "1,3", "1,2,3,4", "1,2,3,4"]);
  });

  it("remember of a table whose rows are others each time no more than so many", async () => {
    for (let round = 0; round < 4; round++) {
      rows = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`${round}.${i}`, { 1: "S", 2: "AP", 3: 1 }]));
      await run();
    }
    // Those of the first rounds are forgotten, so they are new when they come back.
    walks.length = 0;
    rows = { "0.1": { 1: "S", 2: "AP", 3: 1 }, ...rows };
    await run();
    expect(walks).toEqual(["1,3", "1,2,3,4"]);
  });

  it("are asked again after a run whose findings could not be handed on", async () => {
    await run({ isHandedOn: false });
    await run();
    await run();
    expect(walks).toEqual(["1,2,3,4", "1,2,3,4", "1,3"]);
  });

  it("of the target itself are not asked again for that: they were handed on", async () => {
    profile = targetFacts("10m");
    await run({ isHandedOn: false });
    await run();
    expect(walks).toHaveLength(1);
  });

  it("are asked again after a run that failed in their table, though it came when it was due", async () => {
    profile = targetFacts("10m");
    await run({ isReadWhole: false });
    await run();
    await run();
    expect(walks).toHaveLength(2);
  });

  it.each([
    { case: "after a restart", change: () => (upTicks = 1) },
    { case: "of another device at the same address", change: () => "1.3.6.1.4.1.99999.7" },
  ])("are asked at once $case", async ({ change }) => {
    await run();
    const sysObjectId = change();
    await run(typeof sysObjectId === "string" ? { sysObjectId } : {});
    expect(walks).toEqual(["1,2,3,4", "1,2,3,4"]);
  });

  it("are asked when the clock was set back", async () => {
    await run();
    nowMs -= 24 * 3_600_000;
    await run();
    expect(walks).toEqual(["1,2,3,4", "1,2,3,4"]);
  });

  it("are asked always where a row would be missing without them: no count hangs on how often texts are asked", async () => {
    rows.c = { 2: "AP", 4: "1.0" };
    await run();
    const { found } = await run();
    expect(walks).toEqual(["1,2,3,4", "1,2,3,4"]);
    expect(found?.rowKeys).toEqual(["a", "b", "c"]);
  });

  it("are never those that name a row, decide whether it counts, or make a number", async () => {
    const fact = { fact: "name" } as const;
    profile = profileOf({
      child: "serial",
      instance: "radio",
      rowsWith: "needed",
      columns: {
        serial: { oid: `${ROOT}.1`, fact: "serial" },
        radio: { oid: `${ROOT}.2`, ...fact },
        needed: { oid: `${ROOT}.3`, ...fact },
        both: { oid: `${ROOT}.4`, ...fact, total: "wifi_clients" },
        total: { oid: `${ROOT}.5`, fact: "description" },
        free: { oid: `${ROOT}.6`, fact: "model" },
        text: { oid: `${ROOT}.7`, fact: "firmware" },
        state: { oid: `${ROOT}.8`, fact: "address", values: { 9: "elsewhere" } },
      },
      ratios: [{ metric: "wifi_channel_busy_ratio", total: "total", free: "free" }],
    });
    await run();
    await run();
    expect(walks[1]).toBe("1,2,3,4,5,6,8");
  });

  it("can be a whole table, where its rows say nothing but facts", async () => {
    profile = targetFacts();
    await run();
    const { found, skipped } = await run();
    expect(found).toBeUndefined();
    expect([...skipped.target]).toEqual(["serial"]);
    expect(walks).toEqual(["1"]);
  });

  it("keep one that shows which rows there are, where a row says something by being there", async () => {
    profile = profileOf({ constants: { wifi_ap_up: 0 }, columns: { serial: { oid: `${ROOT}.1`, fact: "serial" } } });
    await run();
    await run();
    expect(walks).toEqual(["1", "1"]);
  });

  it("are single values too, but for those that something else needs and those of the system group", async () => {
    profile = profileOf({}, [
      { oid: "1.3.6.1.4.1.99999.3.1.0", fact: "firmware" },
      { oid: "1.3.6.1.4.1.99999.3.2.0", fact: "model" },
      { oid: "1.3.6.1.4.1.99999.3.2.0", metric: "wifi_clients" },
      { oid: "1.3.6.1.2.1.1.5.0", fact: "name" },
    ]);
    expect([...(await run()).skippedValues]).toEqual([]);
    const { skippedValues, skipped } = await run();
    expect([...skippedValues]).toEqual(["1.3.6.1.4.1.99999.3.1.0"]);
    expect([...skipped.target]).toEqual(["firmware"]);
  });

  it("a table may say how often it is asked at all", async () => {
    profile = targetFacts("10m");
    for (let i = 0; i < 21; i++) await run();
    expect(walks).toHaveLength(3);
  });

  function targetFacts(every?: string): Profile {
    const columns = every
      ? { clients: { oid: `${ROOT}.3`, metric: "wifi_clients" as const } }
      : { serial: { oid: `${ROOT}.1`, fact: "serial" as const } };
    const file: TableFile = {
      name: "chassis",
      index: [{ part: "n", type: "integer" }],
      columns,
      ...(every && { every }),
    };
    return compileProfile({ name: "acme", title: "Acme", tables: [file] }, (path, message) => {
      throw new RangeError(`${path}: ${message}`);
    });
  }
});

describe("columns", () => {
  it("are the same list in every run, so that the engine knows it again", async () => {
    const profile = profileOf();
    const [rule] = profile.tables;
    const slow = new SlowColumns();
    const asked: (readonly Oid[])[] = [];
    for (let minute = 0; minute < 3; minute++) {
      const run = slow.begin({ profile, sysObjectId: "1.3", upTicks: minute }, minute * MINUTE_MS);
      if (rule) {
        await run.read(rule, async (columns) => {
          asked.push(columns);
          return { rowKeys: ["a"], columns: columns.map(() => [parseOid("1.3").text]), refused: 0 };
        });
      }
      run.keep();
      run.keep();
      run.commit("all");
    }
    expect(asked[1]).toBe(asked[2]);
    expect(asked[0]).toBe(rule?.oids);
  });
});
