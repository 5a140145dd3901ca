import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConfigError } from "../../contract/errors.ts";
import { dayOf } from "./day.ts";
import { filesWith, SCHOOL } from "./files-suite.ts";
import { saveInventory } from "./folder-suite.ts";
import { type Change, Inventories } from "./inventories.ts";
import type { Inventory } from "./inventory.ts";
import { loadRegions } from "./regions.ts";

const REGIONS = loadRegions();

let root: string;
let dir: string;
let nowMs: number;
/** Names of the agent in what came into force, in order. */
let came: (string | undefined)[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "campanile-inventories-"));
  dir = join(root, "inventory");
  came = [];
  today("2026-09-07");
});
afterEach(() => rm(root, { recursive: true }));

function today(day: string): void {
  nowMs = Date.parse(`${day}T09:00:00+08:00`);
}

const day = (text: string) => dayOf(text) ?? Number.NaN;
const nameIn = (inventory: Inventory | undefined) => inventory?.agentsOf(SCHOOL)[0]?.name;
const open = () =>
  Inventories.open({
    dir,
    regions: REGIONS,
    nowMs: () => nowMs,
    onInForce: (inventory) => came.push(nameIn(inventory)),
  });
/** The sample with its agent renamed, by which versions are told apart. */
const named = (name: string) => filesWith({ "agents.csv": `id,school,name\ngw-1,${SCHOOL},${name}\n` });
const change = (name: string, more: Partial<Change> = {}): Change => ({
  make: async () => ({ files: named(name) }),
  head: {},
  preview: false,
  ...more,
});
const nameOn = async (inventories: Inventories, on: string, upTo?: number) =>
  nameIn((await inventories.on(day(on), upTo))?.inventory);

describe("the inventories of all days", () => {
  it("are none before the first import", async () => {
    const inventories = await open();
    expect(inventories.inForce).toBeUndefined();
    await expect(inventories.on(day("2026-09-07"))).resolves.toBeUndefined();
    await expect(inventories.version(1)).resolves.toBeUndefined();
    await expect(inventories.follow()).resolves.toBeUndefined();
    expect(came).toEqual([]);
  });

  it("hold from the day of their import on, also after a restart", async () => {
    await (await open()).change(change("a"));
    today("2026-10-10");
    const second = await open();
    expect(nameIn(second.inForce?.inventory)).toBe("a");
    await second.change(change("b"));
    const third = await open();
    expect(nameIn(third.inForce?.inventory)).toBe("b");
    const names = await Promise.all(
      ["2026-09-06", "2026-09-07", "2026-10-09", "2026-10-10"].map((on) => nameOn(third, on)),
    );
    expect(names).toEqual([undefined, "a", "a", "b"]);
    expect(came).toEqual(["a", "b"]);
  });

  it("tell what was changed, by whom and on which version", async () => {
    const inventories = await open();
    const first = await inventories.change(change("a", { head: { author: "王", note: "first" } }));
    expect(first).toMatchObject({ version: { number: 1, validFrom: "2026-09-07", author: "王", note: "first" } });
    expect(first).not.toHaveProperty("base");
    const second = await inventories.change(change("b"));
    expect(second.version).toMatchObject({ number: 2, basedOn: 1 });
    expect(second.diff["agents.csv"].changed).toEqual([{ key: "gw-1", columns: ["name"] }]);
    expect(second.supersedes).toEqual([]); // the version it is made on is what it carries on
  });

  it("correct the past: from that day on the correction holds", async () => {
    const inventories = await open();
    await inventories.change(change("a"));
    today("2026-10-10");
    await inventories.change(change("b"));
    today("2026-11-11");
    const { supersedes } = await inventories.change(change("c", { head: { validFrom: "2026-09-20" } }));
    expect(supersedes).toEqual([]); // "b" was what it was made on
    for (const [on, name] of [
      ["2026-09-19", "a"],
      ["2026-09-20", "c"],
      ["2026-12-01", "c"],
    ] as const)
      expect([on, await nameOn(inventories, on)]).toEqual([on, name]);
    expect(await nameOn(inventories, "2026-10-10", 2)).toBe("b"); // as it was known then
    expect(nameIn(inventories.inForce?.inventory)).toBe("c");
  });

  it("are planned: they come into force on their day, while the process runs or while it does not", async () => {
    const inventories = await open();
    await inventories.change(change("a"));
    await inventories.change(change("b", { head: { validFrom: "2026-10-01" } }));
    await inventories.change(change("c", { head: { validFrom: "2026-11-01" } }));
    expect(nameIn(inventories.inForce?.inventory)).toBe("a");
    today("2026-09-30");
    await inventories.follow();
    expect(came).toEqual(["a"]);
    today("2026-10-01");
    await inventories.follow();
    await inventories.follow();
    expect(came).toEqual(["a", "b"]);
    today("2026-11-02");
    expect(nameIn((await open()).inForce?.inventory)).toBe("c");
  });

  it("say which plans a change of today undoes", async () => {
    const inventories = await open();
    await inventories.change(change("a"));
    await inventories.change(change("b", { head: { validFrom: "2026-10-01" } }));
    const preview = await inventories.change(change("c", { preview: true }));
    expect(preview.supersedes.map(({ number }) => number)).toEqual([2]);
    await inventories.change(change("c"));
    today("2026-10-02");
    await inventories.follow();
    expect(nameIn(inventories.inForce?.inventory)).toBe("c");
  });

  it("are not recorded again when nothing differs, unless that undoes a plan or reaches further back", async () => {
    const inventories = await open();
    await inventories.change(change("a"));
    expect(await inventories.change(change("a"))).not.toHaveProperty("version");
    const earlier = await inventories.change(change("a", { head: { validFrom: "2026-09-01" } }));
    expect(earlier.version?.number).toBe(2);
    await inventories.change(change("b", { head: { validFrom: "2026-10-01" } }));
    expect((await inventories.change(change("a"))).version?.number).toBe(4);
    today("2026-10-02");
    await inventories.follow();
    expect(nameIn(inventories.inForce?.inventory)).toBe("a");
  });

  it("are not changed by a preview, nor by a faulty one", async () => {
    const inventories = await open();
    const preview = await inventories.change(change("a", { preview: true }));
    expect(preview.diff["agents.csv"].added).toEqual(["gw-1"]);
    await expect(
      inventories.change({ ...change("a"), make: async () => ({ files: new Map([["x.csv", ""]]) }) }),
    ).rejects.toThrow(ConfigError);
    expect(inventories.versions).toEqual([]);
    await expect(readdir(dir)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("tell what is known to be wrong with the rest", async () => {
    const problems = [{ path: "elsewhere", message: "is wrong" }];
    const make = async () => ({ files: filesWith({ "agents.csv": "id" }), problems });
    await expect((await open()).change({ ...change(""), make })).rejects.toMatchObject({
      problems: [{ path: "elsewhere" }, { path: "agents.csv:1" }, { path: "agents.csv:1" }],
    });
  });
});

describe("changes at the same time", () => {
  it("of the same version: one is made, the others are told which version holds now", async () => {
    const inventories = await open();
    await inventories.change(change("a"));
    const asked = ["b", "c", "d"].map((name) => inventories.change(change(name, { basedOn: 1 })));
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
    for (const outcome of outcomes)
      if (outcome.status === "rejected")
        expect(outcome.reason).toMatchObject({ code: "INVENTORY_CHANGED", problems: [{ present: 2 }] });
    expect(nameIn(inventories.inForce?.inventory)).toBe("b");
  });

  it("of none yet: the first one makes it", async () => {
    const inventories = await open();
    const outcomes = await Promise.allSettled([
      inventories.change(change("a", { basedOn: 0 })),
      inventories.change(change("b", { basedOn: 0 })),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  });

  it("for a later day are made on what is planned for it", async () => {
    const inventories = await open();
    await inventories.change(change("a"));
    await inventories.change(change("b", { head: { validFrom: "2026-10-01" } }));
    const later = { head: { validFrom: "2026-10-15" } };
    await expect(inventories.change(change("c", { ...later, basedOn: 1 }))).rejects.toMatchObject({
      problems: [{ present: 2 }],
    });
    expect((await inventories.change(change("c", { ...later, basedOn: 2 }))).base?.number).toBe(2);
  });
});

describe("a saved inventory that somebody has damaged", () => {
  it("keeps the collector from starting when it holds today, with every problem", async () => {
    await saveInventory(dir, filesWith({ "agents.csv": "id,school,name\ngw 1,nowhere,\n" }));
    await expect(open()).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringContaining(dir),
      problems: [{ path: "agents.csv:2 id" }, { path: "agents.csv:2 school" }],
    });
  });

  it("leaves the one before in force when its day comes, and is tried again", async () => {
    const inventories = await open();
    await inventories.change(change("a"));
    await saveInventory(dir, named("b"), { validFrom: "2026-10-01", nowMs });
    const again = await open();
    const sha256 = again.versions[1]?.files?.get("agents.csv")?.sha256 ?? "";
    const path = join(dir, "texts", sha256);
    await writeFile(path, "");
    today("2026-10-01");
    await expect(again.follow()).rejects.toMatchObject({ code: "INVENTORY_DAMAGED" });
    expect(nameIn(again.inForce?.inventory)).toBe("a");
    await expect(again.follow()).rejects.toMatchObject({ code: "INVENTORY_DAMAGED" });
    await expect(again.on(day("2026-09-08"))).resolves.toMatchObject({ version: { number: 1 } });
  });
});
