import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { effectScope, nextTick, ref } from "vue";
import type {
  InventoryChanges,
  InventoryEdits,
  InventoryRows,
  InventoryVersions,
} from "../../../contract/inventory.ts";
import { type Api, ApiError, createApi } from "../../api.ts";
import type { RowsQuery } from "./client.ts";
import { type Editing, useEditing } from "./editing.ts";
import { type Pending, withChange } from "./pending.ts";

const TODAY = "2026-09-07";
const was = { id: "2133000001", name: "X", county: "330106" };
const rowsOf = ({ file, on = TODAY }: RowsQuery, version: number): InventoryRows => ({
  file,
  on,
  version,
  columns: [{ name: "id", kind: "text", isKey: true, isRequired: true }],
  rows: [{ key: was.id, cells: was }],
});
const changes: InventoryChanges = { preview: true, files: {}, supersedes: [], basedOn: 1 };

let scope = effectScope();
beforeEach(() => {
  scope = effectScope();
});
afterEach(() => scope.stop());

/** A collector whose version and answer to edits can be changed. */
function collector() {
  const state = { version: 1, edit: (): Promise<InventoryChanges> => Promise.resolve(changes) };
  const sent: InventoryEdits[] = [];
  const asked: RowsQuery[] = [];
  const real = createApi("http://collector.test/");
  const api: Api = {
    ...real,
    inventory: {
      ...real.inventory,
      rows: (query) => {
        asked.push(query);
        return Promise.resolve(rowsOf(query, state.version));
      },
      edit: (edits) => {
        sent.push(edits);
        return state.edit();
      },
    },
  };
  return { api, state, sent, asked };
}

async function start() {
  const there = collector();
  const list = ref<InventoryVersions>({ today: TODAY, inForce: 1, versions: [] });
  // A scope gives what it ran, and this one was not stopped.
  const editing = scope.run(() => useEditing(there.api, list)) as Editing;
  await vi.waitFor(() => expect(editing.rows.value).toBeDefined());
  return { ...there, editing };
}

const renamed = (name: string): Pending[] =>
  withChange([], { file: "schools.csv", keyColumns: ["id"], key: was.id, was, cells: { ...was, name } });

describe("editing rows", () => {
  it("asks only for what can be shown: rooms need a school", async () => {
    const { editing, asked } = await start();
    editing.file.value = "venues.csv";
    await nextTick();
    expect([editing.isSchoolMissing.value, editing.rows.value, asked.length]).toEqual([true, undefined, 1]);
    editing.school.value = was.id;
    await vi.waitFor(() => expect(editing.rows.value?.file).toBe("venues.csv"));
    expect(asked.at(-1)).toEqual({ file: "venues.csv", school: was.id });
  });

  it("shows what changes would do, without author, until they are changed again", async () => {
    const { editing, sent } = await start();
    editing.head.value = { author: "李", note: "", validFrom: "" };
    editing.change(renamed("Y"));
    await editing.askPreview();
    expect(editing.preview.value).toEqual(changes);
    expect(sent[0]).toEqual({
      basedOn: 1,
      preview: true,
      edits: [{ file: "schools.csv", key: was.id, cells: { name: "Y" } }],
    });
    editing.change(renamed("Z"));
    expect(editing.preview.value).toBeUndefined();
  });

  it("saves with author and day, forgets the changes, and reads the rows again", async () => {
    const { editing, sent, state, asked } = await start();
    editing.head.value = { author: "李", note: "new name", validFrom: "" };
    editing.change(renamed("Y"));
    const version = { number: 2, recordedAt: "", validFrom: TODAY, isSuperseded: false, isInForce: true };
    state.edit = () => Promise.resolve({ ...changes, preview: false, version });
    state.version = 2;
    await expect(editing.save()).resolves.toEqual({ version });
    expect(sent[0]).toMatchObject({ author: "李", note: "new name", basedOn: 1, preview: false });
    expect([editing.pending.value, editing.head.value]).toEqual([[], { author: "李", note: "", validFrom: "" }]);
    expect([asked.length, editing.rows.value?.version, editing.newerVersion.value]).toEqual([2, 2, undefined]);
  });

  it("keeps the changes when they are refused, with every problem", async () => {
    const { editing, state } = await start();
    editing.change(renamed("Y"));
    const details = [{ path: `schools.csv ${was.id} name`, message: "is wrong" }];
    state.edit = () => Promise.reject(new ApiError("CONFIG_INVALID", "no", { status: 400, details }));
    await expect(editing.save()).resolves.toBeUndefined();
    expect([editing.problems.value, editing.pending.value.length]).toEqual([details, 1]);
    editing.change([]);
    expect(editing.problems.value).toEqual([]);
  });

  it("says when another version holds by now, and goes on with that when asked to", async () => {
    const { editing, state, sent } = await start();
    editing.change(renamed("Y"));
    state.version = 2;
    const conflict = new ApiError("INVENTORY_CHANGED", "no", { status: 409, details: [{ present: 2 }] });
    state.edit = () => Promise.reject(conflict);
    await editing.askPreview();
    expect(editing.saving.refusal.value).toEqual({ kind: "conflict", present: 2 });
    expect([editing.basedOn.value, editing.newerVersion.value]).toEqual([1, 2]);
    editing.takeNewer();
    state.edit = () => Promise.resolve(changes);
    await editing.askPreview();
    expect([sent.at(-1)?.basedOn, editing.newerVersion.value]).toEqual([2, undefined]);
  });

  it("makes a plan on what holds on its day", async () => {
    const { editing, asked, state } = await start();
    editing.change(renamed("Y"));
    state.version = 5;
    editing.head.value = { author: "", note: "", validFrom: "2026-10-01" };
    await vi.waitFor(() => expect(editing.rows.value?.on).toBe("2026-10-01"));
    expect([asked.at(-1)?.on, editing.newerVersion.value]).toEqual(["2026-10-01", 5]);
  });
});
