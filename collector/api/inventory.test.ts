// Importing, editing and looking back at the inventory over HTTP.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SchoolList } from "../../contract/api.ts";
import {
  type InventoryChanges,
  type InventoryEdits,
  type InventoryRows,
  type InventoryVersionChanges,
  type InventoryVersions,
  WORKBOOK_TYPE,
} from "../../contract/inventory.ts";
import type { App } from "../app.ts";
import { FILES, importFiles, SCHOOL, testApp } from "../app-suite.ts";
import { writeWorkbook } from "../inventory/workbook/write.ts";

let folder: string;
let app: App;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "campanile-inventory-api-"));
  ({ app } = await testApp(folder));
});
afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

const texts = (files: Record<string, string[]> = FILES) =>
  new Map(Object.entries(files).map(([name, lines]) => [name, `${lines.join("\n")}\n`]));
const get = async <T>(url: string): Promise<T> => {
  const response = await app.inject({ url });
  expect(response.statusCode, response.body).toBe(200);
  return response.json<T>();
};
const codeOf = async (url: string) => {
  const { statusCode, body } = await app.inject({ url });
  return [statusCode, JSON.parse(body).code];
};
const sendWorkbook = (payload: Buffer, query = "") =>
  app.inject({ method: "POST", url: `/v1/inventory${query}`, headers: { "content-type": WORKBOOK_TYPE }, payload });
const edit = (edits: InventoryEdits["edits"], more: Partial<InventoryEdits> = {}) =>
  app.inject({ method: "POST", url: "/v1/inventory/edits", payload: { basedOn: 1, edits, ...more } });
const rename = (name: string): InventoryEdits["edits"] => [{ file: "agents.csv", key: "gw", cells: { name } }];
const schools = async () => (await get<SchoolList>("/v1/schools")).schools.map(({ id }) => id);

describe("importing a workbook", () => {
  it("does what its files would do", async () => {
    const workbook = await writeWorkbook(texts());
    const preview = await sendWorkbook(workbook, "?preview=true");
    expect(preview.json<InventoryChanges>()).toMatchObject({
      preview: true,
      files: { "schools.csv": { added: [SCHOOL] } },
      supersedes: [],
    });
    expect(await schools()).toEqual([]);
    const done = (
      await sendWorkbook(workbook, `?author=${encodeURIComponent("王老师")}&note=first`)
    ).json<InventoryChanges>();
    expect(done).toMatchObject({
      preview: false,
      version: { number: 1, author: "王老师", note: "first", isInForce: true },
    });
    expect(await schools()).toEqual([SCHOOL]);
  });

  it("is what somebody gets who asks for one: exported and imported again, nothing changes", async () => {
    await importFiles(app);
    const response = await app.inject({ url: "/v1/inventory/workbook" });
    expect(response.headers).toMatchObject({
      "content-type": WORKBOOK_TYPE,
      "content-disposition": 'attachment; filename="inventory-1.xlsx"',
    });
    const again = (await sendWorkbook(response.rawPayload)).json<InventoryChanges>();
    for (const diff of Object.values(again.files)) expect(diff).toMatchObject({ added: [], changed: [], removed: [] });
    expect(again).not.toHaveProperty("version");
    expect((await get<InventoryVersions>("/v1/inventory/versions")).versions).toHaveLength(1);
  });

  it("names every problem with its sheet, row and column", async () => {
    const wrong = texts({ ...FILES, "serves.csv": ["device,venue,role", "ap1,nowhere,third"] });
    const response = await sendWorkbook(await writeWorkbook(wrong));
    expect(response.statusCode).toBe(400);
    expect(
      response
        .json<{ details: { path: string }[] }>()
        .details.map(({ path }) => path)
        .sort(),
    ).toEqual(["覆盖关系 R2 role", "覆盖关系 R2 venue"]);
  });

  it.each([
    { what: "no workbook", payload: Buffer.from("no"), status: 400, code: "WORKBOOK_INVALID" },
    { what: "nothing", payload: Buffer.alloc(0), status: 400, code: undefined },
    { what: "too large", payload: Buffer.alloc(33 * 1024 * 1024), status: 413, code: "WORKBOOK_TOO_LARGE" },
  ])("answers $what with $status", async ({ payload, status, code }) => {
    const response = await sendWorkbook(payload);
    expect(response.statusCode).toBe(status);
    expect(response.json()).toMatchObject(code === undefined ? { message: expect.any(String) } : { code });
  });

  it("is taken only from the collector's own machine", async () => {
    const response = await app.inject({
      method: "POST",
      url: "/v1/inventory",
      headers: { "content-type": WORKBOOK_TYPE, "x-forwarded-for": "10.0.0.9" },
      payload: await writeWorkbook(texts()),
    });
    expect([response.statusCode, response.json()]).toEqual([403, expect.objectContaining({ code: "FORBIDDEN" })]);
  });
});

describe("editing rows", () => {
  it("starts from the rows of a school, with what may stand in their cells", async () => {
    await importFiles(app);
    const venues = await get<InventoryRows>(`/v1/inventory/rows/venues.csv?school=${SCHOOL}`);
    expect(venues).toMatchObject({ file: "venues.csv", on: "2026-09-07", version: 1 });
    expect(venues.rows[0]).toEqual({
      key: "v1",
      cells: { id: "v1", school: SCHOOL, building: "A", room: "101", name: "一年级1班", kind: "classroom" },
    });
    expect(venues.columns.find(({ name }) => name === "main_teaching")).toEqual({
      name: "main_teaching",
      kind: "yes_no",
      choices: ["yes", "no"],
      isKey: false,
      isRequired: true,
    });
    for (const [file, keys] of [
      ["devices.csv", ["ap1", "ap2"]],
      ["serves.csv", ["ap1 v1", "ap2 v1"]],
      ["calendar.csv", [`${SCHOOL} 2026-09-07 2027-01-20 term`]],
      ["groups.csv", []],
    ] as const) {
      const { rows } = await get<InventoryRows>(`/v1/inventory/rows/${file}?school=${SCHOOL}`);
      expect(rows.map(({ key }) => key)).toEqual(keys);
    }
    expect((await get<InventoryRows>("/v1/inventory/rows/schools.csv")).rows).toHaveLength(1);
  });

  it("makes a new version, and says what it changes", async () => {
    await importFiles(app);
    const preview = (await edit(rename("x"), { preview: true })).json<InventoryChanges>();
    expect(preview).toMatchObject({ preview: true, basedOn: 1 });
    expect(preview).not.toHaveProperty("version");
    const changes = (await edit(rename("x"), { author: "李", note: "renamed" })).json<InventoryChanges>();
    expect(changes.files["agents.csv"]).toEqual({
      added: [],
      changed: [{ key: "gw", columns: ["name"] }],
      removed: [],
      unchanged: 0,
    });
    expect(changes.version).toMatchObject({
      number: 2,
      basedOn: 1,
      author: "李",
      note: "renamed",
      validFrom: "2026-09-07",
    });
    const { rows, version } = await get<InventoryRows>("/v1/inventory/rows/agents.csv");
    expect([version, rows[0]?.cells.name]).toEqual([2, "x"]);
  });

  it("is refused when somebody else was faster, and told which version holds now", async () => {
    await importFiles(app);
    const answers = await Promise.all(["a", "b", "c"].map((name) => edit(rename(name))));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409, 409]);
    const refused = answers.find(({ statusCode }) => statusCode === 409);
    expect(refused?.json()).toMatchObject({ code: "INVENTORY_CHANGED", details: [{ present: 2 }] });
  });

  it("checks the whole inventory, names every problem and changes nothing", async () => {
    await importFiles(app);
    const response = await edit([
      { file: "venues.csv", key: "v1", remove: true },
      { file: "venues.csv", key: "v2", cells: { kind: "cellar" } },
      { file: "venues.csv", key: "v7", cells: {} },
    ]);
    expect(response.statusCode).toBe(400);
    expect(
      response
        .json<{ details: { path: string }[] }>()
        .details.map(({ path }) => path)
        .sort(),
    ).toEqual([
      "devices.csv:2 venue",
      "devices.csv:3 venue",
      "edits[2] venues.csv",
      "serves.csv:2 venue",
      "serves.csv:3 venue",
      "venues.csv v2 kind",
    ]);
    expect((await get<InventoryVersions>("/v1/inventory/versions")).versions).toHaveLength(1);
  });

  it.each([
    { what: "no edits", payload: { basedOn: 1, edits: [] } },
    { what: "no version", payload: { edits: rename("x") } },
    {
      what: "a number as a cell",
      payload: { basedOn: 1, edits: [{ file: "venues.csv", key: "v1", cells: { seats: 3 } }] },
    },
    { what: "a cell that is too long", payload: { basedOn: 1, edits: rename("x".repeat(1_001)) } },
    { what: "an empty author", payload: { basedOn: 1, edits: rename("x"), author: "" } },
    { what: "a day that is none", payload: { basedOn: 1, edits: rename("x"), validFrom: "2026-02-30" } },
    { what: "something else", payload: { basedOn: 1, edits: rename("x"), colour: "red" } },
  ])("does not take $what", async ({ payload }) => {
    await importFiles(app);
    const response = await app.inject({ method: "POST", url: "/v1/inventory/edits", payload });
    expect(response.statusCode).toBe(400);
  });

  it("is done only from the collector's own machine", async () => {
    await importFiles(app);
    const payload = { basedOn: 1, edits: rename("x"), preview: true };
    const from = { method: "POST", url: "/v1/inventory/edits", payload, remoteAddress: "192.0.2.7" } as const;
    expect((await app.inject(from)).statusCode).toBe(403);
  });
});

describe("versions", () => {
  beforeEach(async () => {
    await importFiles(app);
    await edit(rename("planned"), { validFrom: "2026-10-01" });
    await edit(rename("past"), { validFrom: "2026-08-01", note: "was so before" });
  });

  it("are listed, the newest first, with the days on which they hold", async () => {
    const { today, inForce, versions } = await get<InventoryVersions>("/v1/inventory/versions");
    expect([today, inForce]).toEqual(["2026-09-07", 3]);
    expect(versions.map(({ number, validFrom, isSuperseded }) => [number, validFrom, isSuperseded])).toEqual([
      [3, "2026-08-01", false],
      [2, "2026-10-01", true],
      [1, "2026-09-07", true],
    ]);
    await edit(rename("later"), { basedOn: 3, validFrom: "2026-12-01" });
    const [newest, third] = (await get<InventoryVersions>("/v1/inventory/versions?limit=2")).versions;
    expect(newest).toMatchObject({ number: 4, isInForce: false, isSuperseded: false });
    expect(third).toMatchObject({ number: 3, validTo: "2026-11-30", isInForce: true });
    const { versions: older } = await get<InventoryVersions>("/v1/inventory/versions?before=3");
    expect(older.map(({ number }) => number)).toEqual([2, 1]);
  });

  it("tell what they changed against what they were made on", async () => {
    const changes = await get<InventoryVersionChanges>("/v1/inventory/versions/3/changes");
    expect(changes).toMatchObject({ version: { number: 3, note: "was so before" }, comparedWith: 1 });
    expect(changes.files["agents.csv"]?.changed).toEqual([{ key: "gw", columns: ["name"] }]);
    const first = await get<InventoryVersionChanges>("/v1/inventory/versions/1/changes");
    expect(first).not.toHaveProperty("comparedWith");
    expect(first.files["schools.csv"]?.added).toEqual([SCHOOL]);
  });

  it("can be asked for by the day", async () => {
    const nameOn = async (on: string) => {
      const { version, rows } = await get<InventoryRows>(`/v1/inventory/rows/agents.csv?on=${on}`);
      return [version, rows[0]?.cells.name];
    };
    expect(await nameOn("2026-07-31")).toEqual([0, undefined]);
    expect(await nameOn("2026-08-01")).toEqual([3, "past"]);
    const csv = await app.inject({ url: "/v1/inventory/files/agents.csv?on=2026-08-01" });
    expect(csv.headers["content-type"]).toBe("text/csv; charset=utf-8");
    expect(csv.body).toBe(`id,school,name\ngw,${SCHOOL},past\n`);
    expect(await codeOf("/v1/inventory/files/agents.csv?on=2026-07-31")).toEqual([404, "NOT_FOUND"]);
    const workbook = await app.inject({ url: "/v1/inventory/workbook?on=2026-07-31" });
    expect(workbook.headers["content-disposition"]).toBe('attachment; filename="inventory-0.xlsx"');
  });

  it.each([
    ["/v1/inventory/versions/9/changes", 404, "NOT_FOUND"],
    ["/v1/inventory/versions/x/changes", 400, "FST_ERR_VALIDATION"],
    ["/v1/inventory/versions?limit=0", 400, "FST_ERR_VALIDATION"],
    ["/v1/inventory/files/zones.csv", 404, "NOT_FOUND"],
    ["/v1/inventory/files/..%2Fversion.json", 404, "NOT_FOUND"],
    ["/v1/inventory/workbook?on=2026-02-30", 400, "BAD_QUERY"],
    ["/v1/inventory/rows/rooms.csv", 404, "NOT_FOUND"],
    ["/v1/inventory/rows/devices.csv", 400, "BAD_QUERY"],
    [`/v1/inventory/rows/devices.csv?school=${SCHOOL}&on=2026-9-1`, 400, "FST_ERR_VALIDATION"],
    ["/v1/inventory/rows/devices.csv?school=2133000009", 404, "NOT_FOUND"],
  ])("%s answers %i with the code %s", async (url, status, code) => {
    expect(await codeOf(url)).toEqual([status, code]);
  });
});

describe("the OpenAPI document", () => {
  it("says that an import is JSON or a workbook, and what a workbook is asked for with", async () => {
    const { paths } = await get<{ paths: Record<string, Record<string, unknown>> }>("/openapi.json");
    expect(paths["/v1/inventory"]?.post).toMatchObject({
      requestBody: { content: { "application/json": expect.anything(), [WORKBOOK_TYPE]: expect.anything() } },
    });
    for (const path of ["/v1/inventory/versions", "/v1/inventory/rows/{file}", "/v1/inventory/workbook"])
      expect(paths[path]).toHaveProperty("get");
  });
});

describe("before an inventory was imported", () => {
  it("there are no versions and no rows, and a workbook to begin with", async () => {
    expect(await get("/v1/inventory/versions")).toEqual({ today: "2026-09-07", versions: [] });
    expect(await get("/v1/inventory/rows/schools.csv")).toMatchObject({ version: 0, rows: [] });
    const { rawPayload } = await app.inject({ url: "/v1/inventory/workbook" });
    expect((await sendWorkbook(rawPayload)).json()).toMatchObject({ version: { number: 1 } });
  });

  it("the first row makes the first version", async () => {
    const first = await edit([{ file: "schools.csv", cells: { id: SCHOOL, name: "X", county: "330106" } }], {
      basedOn: 0,
    });
    expect(first.json()).toMatchObject({ version: { number: 1 }, files: { "schools.csv": { added: [SCHOOL] } } });
    expect(await schools()).toEqual([SCHOOL]);
  });
});
