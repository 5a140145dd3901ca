import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import type { InventoryChanges, InventoryVersion } from "../contract/inventory.ts";
import { describeChanges, sendInventory, sendWorkbook } from "./remote.ts";

const FILES = new Map([["schools.csv", "id\n"]]);
const CHANGES: InventoryChanges = {
  preview: true,
  supersedes: [],
  files: {
    "venues.csv": {
      added: ["v1", "v2"],
      changed: [{ key: "v3", columns: ["name", "kind"] }],
      removed: ["v4"],
      unchanged: 7,
    },
  },
};

const VERSION: InventoryVersion = {
  number: 3,
  recordedAt: "2026-09-07T09:00:00+08:00",
  validFrom: "2026-09-07",
  isSuperseded: false,
  isInForce: true,
};

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function answering(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `http://127.0.0.1:${address.port}`;
}

const saying = (status: number, type: string, body: string) =>
  answering((request, response) => {
    request.resume();
    response.writeHead(status, { "content-type": type }).end(body);
  });

describe("sending an inventory", () => {
  it("hands over the files and gives back what changed", async () => {
    const seen: { url?: string | undefined; body: string } = { body: "" };
    const url = await answering((request, response) => {
      seen.url = request.url;
      request.on("data", (chunk: Buffer) => (seen.body += chunk));
      request.on("end", () => response.end(JSON.stringify(CHANGES)));
    });
    await expect(sendInventory(url, FILES, { preview: true })).resolves.toEqual(CHANGES);
    expect(seen.url).toBe("/v1/inventory?preview=true");
    expect(JSON.parse(seen.body)).toEqual({ files: { "schools.csv": "id\n" } });
  });

  it("hands over a workbook as it is, with what is said of it", async () => {
    const seen: { url?: string | undefined; type?: string | undefined; parts: Buffer[] } = { parts: [] };
    const url = await answering((request, response) => {
      seen.url = request.url;
      seen.type = request.headers["content-type"];
      request.on("data", (chunk: Buffer) => seen.parts.push(chunk));
      request.on("end", () => response.end(JSON.stringify(CHANGES)));
    });
    const bytes = Buffer.from([0x50, 0x4b, 0, 0xff]);
    const said = { preview: false, validFrom: "2026-09-01", author: "区教育局", note: "a & b" };
    await expect(sendWorkbook(url, bytes, said)).resolves.toEqual(CHANGES);
    expect(Buffer.concat(seen.parts)).toEqual(bytes);
    expect(seen.type).toMatch(/spreadsheetml\.sheet$/);
    expect(Object.fromEntries(new URL(seen.url ?? "", url).searchParams)).toEqual({
      validFrom: "2026-09-01",
      author: "区教育局",
      note: "a & b",
    });
  });

  it("of a workbook fails as that of files does", async () => {
    const url = await saying(413, "application/json", JSON.stringify({ code: "WORKBOOK_TOO_LARGE", message: "x" }));
    await expect(sendWorkbook(url, Buffer.alloc(1), { preview: false })).rejects.toMatchObject({
      code: "WORKBOOK_TOO_LARGE",
    });
    server?.close();
    await expect(sendWorkbook("http://127.0.0.1:9", Buffer.alloc(1), { preview: false })).rejects.toMatchObject({
      code: "COLLECTOR_UNREACHABLE",
    });
  });

  it("throws the collector's own code and sentence", async () => {
    const body = JSON.stringify({ code: "CONFIG_INVALID", message: "venues.csv:2 id: is empty", details: [] });
    const url = await saying(400, "application/json", body);
    await expect(sendInventory(url, FILES, { preview: false })).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: "venues.csv:2 id: is empty",
    });
  });

  it.each([
    { what: "a page of a proxy", status: 502, type: "text/html", body: "<html>Bad Gateway</html>" },
    { what: "a page that is well", status: 200, type: "text/html", body: "<!doctype html>" },
    { what: "nothing", status: 200, type: "application/json", body: "" },
    { what: "half an answer", status: 200, type: "application/json", body: '{"preview":true,"fil' },
    { what: "JSON of another program", status: 200, type: "application/json", body: '{"ok":true}' },
    { what: "JSON null", status: 500, type: "application/json", body: "null" },
    { what: "an error of another program", status: 404, type: "application/json", body: '{"error":"no"}' },
    { what: "our answer under another status", status: 202, type: "application/json", body: JSON.stringify(CHANGES) },
  ])("says that no collector answers when it gets $what with $status", async ({ status, type, body }) => {
    const url = await saying(status, type, body);
    await expect(sendInventory(url, FILES, { preview: false })).rejects.toMatchObject({
      code: "COLLECTOR_ANSWER",
      message: expect.stringContaining(`${url} (with ${status})`),
    });
  });

  it("says that nobody answers where nobody listens", async () => {
    const url = await saying(200, "text/plain", "");
    server?.close();
    await expect(sendInventory(url, FILES, { preview: false })).rejects.toMatchObject({
      code: "COLLECTOR_UNREACHABLE",
      retryable: true,
      message: expect.stringContaining("ECONNREFUSED"),
    });
  });

  it("says that nobody answers to the end when the connection breaks half-way", async () => {
    const url = await answering((request, response) => {
      request.resume();
      response.writeHead(200, { "content-length": "1000" }).write('{"pre');
      setImmediate(() => response.destroy());
    });
    await expect(sendInventory(url, FILES, { preview: false })).rejects.toMatchObject({
      code: "COLLECTOR_UNREACHABLE",
    });
  });
});

describe("what changed, for people", () => {
  it("counts per file and names what is not new", () => {
    expect(describeChanges(CHANGES).split("\n")).toEqual([
      "venues.csv: 2 added, 1 changed, 1 removed, 7 as before",
      "  ~ v3: name, kind",
      "  - v4",
      "nothing was changed: this was a preview",
    ]);
  });

  it.each([
    { what: "it was done", version: VERSION, says: "imported as version 3" },
    {
      what: "it was planned",
      version: { ...VERSION, isInForce: false, validFrom: "2027-02-01" },
      says: "imported as version 3, which holds from 2027-02-01",
    },
    { what: "it was no other", version: undefined, says: "nothing was changed: the inventory says the same" },
  ])("says that $what", ({ version, says }) => {
    const changes = { preview: false, files: {}, supersedes: [], ...(version && { version }) };
    expect(describeChanges(changes)).toBe(says);
  });

  it("names versions that hold on no day any more", () => {
    expect(describeChanges({ preview: true, files: {}, supersedes: [4, 5] }).split("\n")[0]).toBe(
      "no longer in force on any day, if it were imported: version 4, 5",
    );
  });
});
