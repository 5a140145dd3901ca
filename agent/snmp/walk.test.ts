import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSnmpEngine, type SnmpEngine } from "./engine.ts";
import {
  answer,
  type Cell,
  hurried,
  integerCell,
  nextCells,
  type Responder,
  Responders,
  type Script,
  tableAgent,
  textCell,
} from "./hostile-suite.ts";
import { parseOid } from "./oid.ts";

const STATUS = "1.3.6.1.2.1.2.2.1.8";
const NAME = "1.3.6.1.2.1.31.1.1.1.1";
const COLUMNS = [STATUS, NAME].map(parseOid);

let engine: SnmpEngine;
const responders = new Responders();

beforeEach(() => {
  engine = createSnmpEngine({ tickMs: 5 });
});
afterEach(async () => {
  await engine.close();
  await responders.close();
});

const start = (script: Script) => responders.start(script);

/** Waits for each size that is too large, but not long. */
const halving = (peer: Responder["peer"]) => ({ ...peer, timeoutMs: 150 });

const never = () => AbortSignal.timeout(15_000);

/** Twenty interfaces, of which every third has no name. */
const ROWS: Cell[] = Array.from({ length: 20 }, (_, i) => [
  integerCell(`${STATUS}.${i + 1}`, (i % 2) + 1),
  ...(i % 3 === 2 ? [] : [textCell(`${NAME}.${i + 1}`, `ge-${i + 1}`)]),
]).flat();

const WANTED = Array.from({ length: 20 }, (_, i) => [i + 1, (i % 2) + 1, i % 3 === 2 ? undefined : `ge-${i + 1}`]);

async function walked(peer: Responder["peer"]) {
  const { rowKeys, columns } = await engine.walkColumns(peer, COLUMNS, never());
  return rowKeys
    .map((key, row) => [key.charCodeAt(0), columns[0]?.[row], columns[1]?.[row]] as const)
    .sort(([a], [b]) => a - b);
}

describe("walkColumns", () => {
  it("brings cells of a row together although one column has gaps", async () => {
    const { peer } = await start(tableAgent(ROWS));
    expect(await walked(peer)).toEqual(WANTED);
  });

  it("leaves columns empty that the device does not have", async () => {
    const { peer } = await start(tableAgent([integerCell("1.3.6.1.2.1.99.1.0", 1)]));
    const table = await engine.walkColumns(peer, COLUMNS, never());
    expect(table).toMatchObject({ rowKeys: [], columns: [[], []] });
  });

  it("walks SNMPv1 agents with GETNEXT to the noSuchName at the end", async () => {
    const { peer, seen } = await start((request) => {
      const cells = nextCells(ROWS, request);
      const at = cells.findIndex(({ tag }) => tag === 0x82);
      return at >= 0 ? answer({ id: request.id, status: 2, index: at + 1 }) : answer({ id: request.id, cells });
    });
    expect(await walked({ ...peer, version: "v1" })).toEqual(WANTED);
    expect(new Set(seen.map(({ operation }) => operation))).toEqual(new Set(["getnext"]));
  });

  it("halves its repetitions when the agent stays silent, and remembers", async () => {
    const { peer, seen } = await start(tableAgent(ROWS, ({ repetitions }) => repetitions <= 4));
    expect(await walked(halving(peer))).toEqual(WANTED);
    expect([...new Set(seen.map(({ repetitions }) => repetitions))]).toEqual([16, 8, 4]);
    seen.length = 0;
    expect(await walked(halving(peer))).toEqual(WANTED);
    expect(new Set(seen.map(({ repetitions }) => repetitions))).toEqual(new Set([4]));
  });

  it("goes on as before after a lost datagram: asking for less would only make more of them", async () => {
    let lost = 0;
    const { peer, seen } = await start(
      tableAgent(ROWS, ({ names }) => {
        const isLost = names[0]?.endsWith(".16") === true && lost < 3;
        if (isLost) lost += 1;
        return !isLost;
      }),
    );
    expect(await walked(halving(peer))).toEqual(WANTED);
    expect(lost).toBe(3);
    seen.length = 0;
    expect(await walked(halving(peer))).toEqual(WANTED);
    expect(Math.min(...seen.map(({ repetitions }) => repetitions))).toBe(16);
  });

  it("goes on with what it was trying where a deadline cut its last walk short", async () => {
    const { peer, seen } = await start(tableAgent(ROWS, ({ repetitions }) => repetitions <= 1));
    let walks = 0;
    for (let isRead = false; !isRead && walks < 20; walks += 1) {
      const walk = engine.walkColumns(halving(peer), COLUMNS, AbortSignal.timeout(800));
      isRead = await walk.then(
        () => true,
        () => false,
      );
    }
    expect(walks).toBeGreaterThan(1);
    expect(walks).toBeLessThan(20);
    expect(seen.at(-1)).toMatchObject({ repetitions: 1 });
  });

  it("goes down to one column at a time", async () => {
    const { peer, seen } = await start(tableAgent(ROWS, ({ repetitions, names }) => repetitions * names.length <= 1));
    expect(await walked(halving(peer))).toEqual(WANTED);
    expect(seen.at(-1)).toMatchObject({ repetitions: 1, names: [expect.stringContaining(NAME)] });
  });

  it.each([
    { case: "tooBig", make: (id: number) => answer({ id, status: 1 }) },
    { case: "no variable at all", make: (id: number) => answer({ id }) },
  ])("asks for less after $case", async ({ make }) => {
    const { peer } = await start((request) =>
      request.repetitions > 2 ? make(request.id) : answer({ id: request.id, cells: nextCells(ROWS, request) }),
    );
    expect(await walked(peer)).toEqual(WANTED);
    expect(engine.stats.timeouts).toBe(0);
  });

  it("takes an answer cut in the middle of a row, and asks for the rest", async () => {
    const { peer } = await start((request) => answer({ id: request.id, cells: nextCells(ROWS, request).slice(0, 3) }));
    expect(await walked(peer)).toEqual(WANTED);
  });

  it("says that the table was not read when the agent falls silent in its middle", async () => {
    const { peer } = await start(tableAgent(ROWS, ({ names }) => names[0] === STATUS));
    await expect(engine.walkColumns(hurried(peer), COLUMNS, never())).rejects.toMatchObject({
      reason: "timeout",
    });
  });

  it.each([
    { case: "answers the same row for ever", again: `${STATUS}.1` },
    { case: "goes back", again: "1.3.6.1.2.1.1.1.0" },
  ])("ends when the agent $case", async ({ again }) => {
    const { peer, seen } = await start(({ id, names }) =>
      answer({ id, cells: names.map(() => integerCell(again, 1)) }),
    );
    const walk = engine.walkColumns(peer, [parseOid(STATUS)], never());
    await expect(walk).rejects.toMatchObject({ reason: "protocol" });
    expect(seen.length).toBeLessThanOrEqual(2);
  });

  it("ends when the agent has rows without end", async () => {
    let row = 0;
    const { peer } = await start(({ id }) =>
      answer({ id, cells: Array.from({ length: 16 }, () => integerCell(`${STATUS}.${++row}`, 1)) }),
    );
    const walk = engine.walkColumns(peer, [parseOid(STATUS)], never());
    await expect(walk).rejects.toMatchObject({ reason: "protocol" });
  });

  it("fails on an error in the middle of a table", async () => {
    const { peer } = await start((request, attempt) =>
      attempt > 1 ? answer({ id: request.id, status: 5 }) : answer({ id: request.id, cells: nextCells(ROWS, request) }),
    );
    await expect(engine.walkColumns(peer, COLUMNS, never())).rejects.toMatchObject({ reason: "protocol" });
  });

  it("loses only the cell whose type does not exist", async () => {
    const strange: Cell = { name: `${NAME}.1`, tag: 0x4f, content: Buffer.of(1) };
    const { peer } = await start(tableAgent([integerCell(`${STATUS}.1`, 1), strange, textCell(`${NAME}.2`, "ge-2")]));
    const table = await engine.walkColumns(peer, COLUMNS, never());
    expect(table).toMatchObject({ columns: [[1], [undefined, "ge-2"]], refused: 1 });
  });

  it("stops at once when its signal aborts", async () => {
    const controller = new AbortController();
    const { peer } = await start(() => {
      controller.abort();
      return undefined;
    });
    const walk = engine.walkColumns({ ...peer, timeoutMs: 60_000 }, COLUMNS, controller.signal);
    await expect(walk).rejects.toMatchObject({ reason: "timeout" });
  });
});
