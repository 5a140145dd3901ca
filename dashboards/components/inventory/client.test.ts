import { describe, expect, it } from "vitest";
import { WORKBOOK_TYPE } from "../../../contract/inventory.ts";
import type { Sent } from "../declared/client.ts";
import { createInventoryClient, fileAddress, workbookAddress } from "./client.ts";

const { signal } = new AbortController();

function asked() {
  const requests: { path: string; sent: Sent | undefined }[] = [];
  const client = createInventoryClient(<T>(path: string, _signal: AbortSignal, sent?: Sent) => {
    requests.push({ path, sent });
    return Promise.resolve({} as T); // what is answered does not matter here
  });
  return { client, requests };
}

describe("the client of the inventory", () => {
  it("asks for versions, their changes and rows", async () => {
    const { client, requests } = asked();
    await client.versions({}, signal);
    await client.versions({ before: 3, limit: 1 }, signal);
    await client.changes(3, signal);
    await client.rows({ file: "schools.csv" }, signal);
    await client.rows({ file: "venues.csv", school: "2133000001", on: "2026-09-01" }, signal);
    expect(requests.map(({ path }) => path)).toEqual([
      "v1/inventory/versions",
      "v1/inventory/versions?before=3&limit=1",
      "v1/inventory/versions/3/changes",
      "v1/inventory/rows/schools.csv",
      "v1/inventory/rows/venues.csv?school=2133000001&on=2026-09-01",
    ]);
  });

  it("sends a workbook as it is, with who imports it", async () => {
    const { client, requests } = asked();
    const bytes = new Uint8Array([0x50, 0x4b]);
    await client.importAll({ kind: "workbook", bytes }, { author: "王 老师", note: "a&b" }, false);
    const [request] = requests;
    expect(new URL(request?.path ?? "", "http://x/").searchParams).toEqual(
      new URLSearchParams({ author: "王 老师", note: "a&b" }),
    );
    expect(request?.sent).toEqual({ method: "POST", headers: { "content-type": WORKBOOK_TYPE }, body: bytes });
  });

  it("sends CSV files as JSON, and says when it only wants a preview", async () => {
    const { client, requests } = asked();
    await client.importAll({ kind: "csv", files: { "schools.csv": "id" } }, { validFrom: "2026-09-01" }, true);
    expect(requests[0]?.path).toBe("v1/inventory?validFrom=2026-09-01&preview=true");
    expect(requests[0]?.sent?.body).toBe('{"files":{"schools.csv":"id"}}');
  });

  it("sends edits with the version that they were made on", async () => {
    const { client, requests } = asked();
    const edits = { basedOn: 3, preview: true, edits: [{ file: "venues.csv", key: "v1", remove: true as const }] };
    await client.edit(edits);
    expect(requests[0]?.path).toBe("v1/inventory/edits");
    expect(JSON.parse(String(requests[0]?.sent?.body))).toEqual(edits);
  });

  it("names where the browser saves files from", () => {
    expect([workbookAddress(undefined), workbookAddress("2026-09-01")]).toEqual([
      "v1/inventory/workbook",
      "v1/inventory/workbook?on=2026-09-01",
    ]);
    expect(fileAddress("devices.csv", "2026-09-01")).toBe("v1/inventory/files/devices.csv?on=2026-09-01");
  });
});
