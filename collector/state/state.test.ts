import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openState, type StatePart } from "./state.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "campanile-state-"));
  path = join(folder, "sub", "state.duckdb");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const V1: StatePart = {
  name: "thing",
  steps: ["CREATE TABLE thing (id VARCHAR PRIMARY KEY, size BIGINT, bytes BLOB)"],
};
const V2: StatePart = { ...V1, steps: [...V1.steps, "ALTER TABLE thing ADD COLUMN colour VARCHAR"] };

describe("the collector's state", () => {
  it("keeps rows over a restart, with what is absent absent", async () => {
    const state = await openState(path);
    await state.prepare(V1);
    await state.run("INSERT INTO thing VALUES ($1, $2, $3), ('b', NULL, NULL)", ["a", 2 ** 40, new Uint8Array([1, 2])]);
    await state.close();
    const again = await openState(path);
    await again.prepare(V1);
    expect(await again.rows("SELECT * FROM thing ORDER BY id")).toEqual([
      { id: "a", size: 2 ** 40, bytes: new Uint8Array([1, 2]) },
      { id: "b" },
    ]);
    await again.close();
  });

  it("brings a part of an earlier version forward, and leaves one of a later version alone", async () => {
    const state = await openState(path);
    await state.prepare(V1);
    await state.run("INSERT INTO thing VALUES ('a', 1, NULL)");
    await state.prepare(V2);
    expect(await state.rows("SELECT id, size, colour FROM thing")).toEqual([{ id: "a", size: 1 }]);
    await expect(state.prepare(V1)).rejects.toMatchObject({ code: "STATE_UNAVAILABLE", retryable: false });
    await state.close();
  });

  it("does all of a transaction or nothing", async () => {
    const state = await openState(path);
    await state.prepare(V1);
    const half = state.transaction(async (t) => {
      await t.run("INSERT INTO thing VALUES ('a', 1, NULL)");
      await t.run("INSERT INTO thing VALUES ('a', 2, NULL)");
    });
    const after = state.run("INSERT INTO thing VALUES ('b', 1, NULL)");
    await expect(half).rejects.toMatchObject({ code: "STATE_UNAVAILABLE" });
    await after;
    expect(await state.rows("SELECT id FROM thing")).toEqual([{ id: "b" }]);
    await state.close();
    await expect(state.rows("SELECT 1")).rejects.toMatchObject({ code: "STATE_UNAVAILABLE", retryable: true });
  });

  it("copies itself while it is in use", async () => {
    const state = await openState(path);
    await state.prepare(V1);
    await state.run("INSERT INTO thing VALUES ('a', 1, NULL)");
    await state.copyTo(join(folder, "it's a copy.duckdb"));
    await state.run("INSERT INTO thing VALUES ('b', 1, NULL)");
    await state.close();
    const copy = await openState(join(folder, "it's a copy.duckdb"));
    await copy.prepare(V1);
    expect(await copy.rows("SELECT id FROM thing")).toEqual([{ id: "a" }]);
    await copy.close();
  });

  it("says which file it is that cannot be opened", async () => {
    const file = join(folder, "no.duckdb");
    await writeFile(file, "x".repeat(10_000));
    await expect(openState(file)).rejects.toThrow(file);
  });
});
