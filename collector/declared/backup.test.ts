import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AttachmentView, DeclaredList } from "../../contract/declared.ts";
import { fetchBackup } from "../backup/fetch.ts";
import { nowMs, Place, prepare } from "../backup/place-suite.ts";
import { restoreBackup } from "../backup/restore.ts";
import { SCHOOL } from "../inventory/files-suite.ts";
import { PDF, PDF_TYPE, rateOf } from "./declared-suite.ts";

let place: Place;
beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

const post = (url: string, body: object) =>
  fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
const listOf = async (url: string) => (await (await fetch(`${url}/v1/declared`)).json()) as DeclaredList; // the route's own schema

describe("a running collector", () => {
  it("keeps declarations, objections and their files over a stop, and in its backup", { timeout: 60_000 }, async () => {
    await prepare(place.dataDir);
    const { url } = await place.start();
    const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: object }; // OpenAPI
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(["/v1/declared", "/v1/declared/comparisons", "/v1/attachments", "/v1/objections"]),
    );
    const headers = { "content-type": PDF_TYPE };
    const uploaded = await fetch(`${url}/v1/attachments?name=list.pdf`, { method: "POST", headers, body: PDF });
    const { sha256 } = (await uploaded.json()) as AttachmentView; // the route's own schema
    const day = new Date(nowMs).toISOString().slice(0, 10);
    const declared = await post(`${url}/v1/declared`, rateOf(sha256, { signedOn: day }));
    expect(declared.status).toBe(200);
    const objection = { scope: SCHOOL, indicator: "CIO_RATE", asOf: day, who: "Wang", text: "no" };
    expect((await post(`${url}/v1/objections`, objection)).status).toBe(200);
    const manifest = await fetchBackup(url, place.file);
    expect(manifest.parts.map(({ name }) => name)).toContain(`attachments/${sha256}`);
    await place.stop();

    const elsewhere = join(place.folder, "elsewhere");
    await restoreBackup({ file: place.file, dataDir: elsewhere, store: "duckdb", replace: false, nowMs });
    expect(await readFile(join(elsewhere, "attachments", sha256))).toEqual(PDF);
    const again = await place.start(elsewhere);
    expect(await listOf(again.url)).toMatchObject({ revision: 1, entries: [{ scope: SCHOOL, state: "in_force" }] });
    const objections = await (await fetch(`${again.url}/v1/objections?scope=${SCHOOL}`)).json();
    expect(objections).toMatchObject({ objections: [{ state: "open", who: "Wang" }] });
    const file = await fetch(`${again.url}/v1/attachments/${sha256}`);
    expect(Buffer.from(await file.arrayBuffer())).toEqual(PDF);
    await writeFile(join(elsewhere, "attachments", sha256), "another");
    expect(await listOf(again.url)).toMatchObject({ revision: 2, entries: [{ state: "no_attachment" }] });
  });
});
