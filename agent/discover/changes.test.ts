import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compare, isUnchanged, type Remembered } from "./changes.ts";
import type { Device } from "./found.ts";
import { readState, writeState } from "./state.ts";

const MONDAY = "2026-09-07T08:00:00.000Z";
const TUESDAY = "2026-09-08T08:00:00.000Z";

function device(address: string, texts: Partial<Device> = {}): Device {
  const access = { kind: "community", version: "v2c", reference: "CAMPANILE_COMMUNITY_1" } as const;
  return { id: texts.serial ?? address, address, otherAddresses: [], kind: "switch", access, warnings: [], ...texts };
}

function child(controller: string, serial: string, texts: Partial<Device> = {}): Device {
  return {
    ...device("10.9.9.9", texts),
    id: serial,
    serial,
    childKey: serial,
    controller,
    kind: "ap",
    access: { kind: "controller" },
  };
}

const seen = (...devices: Device[]): Remembered[] => compare([], devices, new Set(), MONDAY).remembered;
const changesTo = (before: Remembered[], devices: Device[], asked: string[] = []) =>
  compare(before, devices, new Set(asked), TUESDAY).changes;
const NOTHING = { appeared: [], moved: [], changed: [], missing: [] };

describe("a second run", () => {
  const a = device("10.0.0.1", { serial: "SN0001", model: "M1", firmware: "1.0", name: "a" });
  const b = device("10.0.0.2", { mac: "00:e0:fc:00:00:02", name: "b" });
  const nameless = device("10.0.0.3");

  it("of the same devices finds no change", () => {
    const changes = changesTo(seen(a, b, nameless), [a, b, nameless], ["10.0.0.1", "10.0.0.2", "10.0.0.3"]);
    expect(changes).toEqual(NOTHING);
    expect(isUnchanged(changes)).toBe(true);
  });

  it("shows what appeared", () => {
    expect(changesTo(seen(a), [a, b])).toEqual({ ...NOTHING, appeared: [{ id: "10.0.0.2", address: "10.0.0.2" }] });
  });

  it.each([{ was: a }, { was: b }])("knows $was.name by serial or MAC at another address", ({ was }) => {
    const there = { ...was, address: "10.0.0.77" };
    const changes = changesTo(seen(was), [there], ["10.0.0.77"]);
    expect(changes).toEqual({ ...NOTHING, moved: [{ id: was.id, from: was.address, to: "10.0.0.77" }] });
  });

  it("does not call a device moved that answers at one more address", () => {
    expect(changesTo(seen(a), [{ ...a, otherAddresses: ["10.0.1.1"] }])).toEqual(NOTHING);
    expect(changesTo(seen({ ...a, otherAddresses: ["10.0.1.1"] }), [{ ...a, address: "10.0.1.1" }])).toEqual(NOTHING);
  });

  it("shows another firmware, model or name, and not what was only not said", () => {
    const { firmware: _, ...silent } = a;
    expect(changesTo(seen(a), [{ ...silent, name: "A" }])).toEqual({
      ...NOTHING,
      changed: [{ id: "SN0001", what: "name", from: "a", to: "A" }],
    });
    const again = compare(seen(a), [silent], new Set(), TUESDAY).remembered;
    expect(changesTo(again, [{ ...a, firmware: "1.1" }]).changed).toEqual([
      { id: "SN0001", what: "firmware", from: "1.0", to: "1.1" },
    ]);
  });

  it("says that a device did not answer only where it was asked, and when it was last seen", () => {
    const missing = [{ id: "SN0001", address: "10.0.0.1", name: "a", lastSeenAt: MONDAY }];
    expect(changesTo(seen(a), [], ["10.0.0.1"])).toEqual({ ...NOTHING, missing });
    expect(changesTo(seen(a), [], ["10.0.0.2"])).toEqual(NOTHING);
    expect(changesTo(seen(a), [], [])).toEqual(NOTHING);
  });

  it("keeps in mind what did not answer, so that it is known when it comes back", () => {
    const { remembered } = compare(seen(a), [], new Set(["10.0.0.1"]), TUESDAY);
    expect(remembered).toMatchObject([{ id: "SN0001", firstSeenAt: MONDAY, lastSeenAt: MONDAY }]);
    const back = compare(remembered, [a], new Set(["10.0.0.1"]), TUESDAY);
    expect(back.changes).toEqual(NOTHING);
    expect(back.remembered).toMatchObject([{ firstSeenAt: MONDAY, lastSeenAt: TUESDAY }]);
  });

  it("takes another serial at the same address for another device", () => {
    const other = { ...a, serial: "SN0002", id: "SN0002" };
    expect(changesTo(seen(a), [other], ["10.0.0.1"])).toMatchObject({
      appeared: [{ id: "SN0002" }],
      missing: [{ id: "SN0001" }],
    });
  });

  it("knows a device again that says its serial only now", () => {
    expect(changesTo(seen(nameless), [{ ...nameless, serial: "SN0003" }], ["10.0.0.3"])).toEqual(NOTHING);
  });

  it("misses an access point only when its controller was read, and shows when it has another one", () => {
    const ac = device("10.0.0.1", { serial: "AC01" });
    const before = seen(ac, child("10.0.0.1", "AP0001"), child("10.0.0.1", "AP0002"));
    expect(changesTo(before, [ac, child("10.0.0.1", "AP0001")]).missing).toMatchObject([{ id: "AP0002" }]);
    expect(changesTo(before, [], ["10.0.0.1"]).missing).toMatchObject([{ id: "AC01" }]);
    const unread = { ...ac, warnings: [{ code: "DEVICE_UNREADABLE" as const, message: "" }] };
    expect(changesTo(before, [unread])).toEqual(NOTHING);
    const elsewhere = changesTo(before, [ac, child("10.0.0.2", "AP0001"), child("10.0.0.1", "AP0002")]);
    expect(elsewhere).toEqual({ ...NOTHING, moved: [{ id: "AP0001", from: "10.0.0.1", to: "10.0.0.2" }] });
  });
});

describe("the file that remembers", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "discover-state-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("gives back what was written, and is empty before the first run", async () => {
    const path = join(folder, "found.json");
    await expect(readState(path)).resolves.toEqual([]);
    const before = seen(device("10.0.0.1", { serial: "SN0001", model: "M1" }), child("10.0.0.1", "AP0001"));
    await writeState(path, before, MONDAY);
    await writeState(path, before, TUESDAY);
    await expect(readState(path)).resolves.toEqual(before);
    expect(await readFile(path, "utf8")).toContain(TUESDAY);
  });

  it.each(["", "{", "[]", '{"format":"campanile-discovery-2","savedAt":"","devices":[]}'])(
    "is not taken for empty when it holds %j",
    async (text) => {
      const path = join(folder, "found.json");
      await writeFile(path, text);
      await expect(readState(path)).rejects.toMatchObject({ code: "STATE_UNREADABLE" });
      expect(await readFile(path, "utf8")).toBe(text);
    },
  );

  it("says so when it cannot be written", async () => {
    await expect(writeState(join(folder, "none", "x"), [], MONDAY)).rejects.toMatchObject({ code: "STATE_UNWRITABLE" });
  });
});
