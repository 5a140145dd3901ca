import { createHash } from "node:crypto";
import { readdir, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MAX_ATTACHMENT_BYTES } from "../../contract/declared.ts";
import { PDF, PDF_TYPE } from "../declared/declared-suite.ts";
import { openRoutes, type Routes } from "./declared-suite.ts";

const SHA = createHash("sha256").update(PDF).digest("hex");

let routes: Routes;
beforeEach(async () => {
  routes = await openRoutes();
});
afterEach(() => routes.close());

/** Nothing before the first file makes the folder. */
const inFolder = async () => {
  const names = await readdir(routes.folder, { recursive: true });
  return names.filter((name) => name.startsWith("attachments/"));
};
const put = (headers: Record<string, string>, payload: Buffer = PDF, remoteAddress = "127.0.0.1") =>
  routes.app.inject({ method: "POST", url: "/v1/attachments?name=list.pdf", payload, headers, remoteAddress });

describe("POST /v1/attachments", () => {
  it("keeps the bytes as they are, of every type, and says their hash", async () => {
    const response = await put({ "content-type": PDF_TYPE });
    expect([response.statusCode, response.json()]).toEqual([
      200,
      { name: "list.pdf", mediaType: PDF_TYPE, sha256: SHA, bytes: PDF.length },
    ]);
    const text = await put({ "content-type": "text/plain; charset=utf-8" }, Buffer.from("{}"));
    expect(text.json()).toMatchObject({ mediaType: "text/plain", bytes: 2 });
    const csv = await put({ "content-type": "TEXT/CSV" }, Buffer.from("a,b\n"));
    expect(csv.json()).toMatchObject({ mediaType: "text/csv" });
    expect(await inFolder()).toHaveLength(3);
  });

  it.each([
    { case: "a page", type: "text/html", payload: Buffer.from("<script>"), status: 415, code: "ATTACHMENT_TYPE" },
    { case: "JSON", type: "application/json", payload: Buffer.from("{}"), status: 415, code: "ATTACHMENT_TYPE" },
    {
      case: "a picture that can hold script",
      type: "image/svg+xml",
      payload: PDF,
      status: 415,
      code: "ATTACHMENT_TYPE",
    },
    { case: "what is not what it says", type: "image/png", payload: PDF, status: 415, code: "ATTACHMENT_TYPE" },
    { case: "nothing", type: PDF_TYPE, payload: Buffer.alloc(0), status: 400, code: "ATTACHMENT_EMPTY" },
    {
      case: "too much",
      type: PDF_TYPE,
      payload: Buffer.concat([PDF, Buffer.alloc(MAX_ATTACHMENT_BYTES)]),
      status: 413,
      code: "ATTACHMENT_TOO_LARGE",
    },
  ])("refuses $case", async ({ type, payload, status, code }) => {
    const response = await put({ "content-type": type }, payload);
    expect([response.statusCode, response.json()]).toMatchObject([status, { code }]);
    expect(await inFolder()).toEqual([]);
  });

  it("refuses a body without an end once it is too large, though it said nothing of its length", async () => {
    const url = new URL(await routes.app.listen({ host: "127.0.0.1", port: 0 }));
    const answer = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
      const headers = { "content-type": PDF_TYPE, "transfer-encoding": "chunked" };
      const path = "/v1/attachments?name=endless.pdf";
      const sent = request({ method: "POST", host: url.hostname, port: url.port, path, headers }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () => {
          sent.destroy();
          resolve({ status: response.statusCode, text });
        });
      });
      sent.on("error", reject);
      const chunk = Buffer.alloc(1 << 20, 65);
      const more = () => {
        while (!sent.destroyed && sent.write(chunk));
        sent.once("drain", more);
      };
      sent.write(PDF);
      more();
    });
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([413, { code: "ATTACHMENT_TOO_LARGE" }]);
    expect(await inFolder()).toEqual([]);
  });

  it.each(["..%2Fx", "a%5Cb", "a%0Ab", "", "%20", "x".repeat(201)])("refuses the name %s", async (name) => {
    const url = `/v1/attachments?name=${name}`;
    const headers = { "content-type": PDF_TYPE };
    const response = await routes.app.inject({ method: "POST", url, payload: PDF, headers });
    expect(response.statusCode).toBe(400);
  });

  it("is for the collector's own machine, and for its own page", async () => {
    const type = { "content-type": PDF_TYPE, host: "127.0.0.1:8080" };
    const statusOf = async (headers: Record<string, string>, from?: string) =>
      (await put({ ...type, ...headers }, PDF, from)).statusCode;
    expect(await statusOf({}, "192.0.2.7")).toBe(403);
    expect(await statusOf({ "x-forwarded-for": "192.0.2.7" })).toBe(403);
    expect(await statusOf({ origin: "http://evil.example" })).toBe(403);
    expect(await statusOf({ origin: "null" })).toBe(403);
    expect(await inFolder()).toEqual([]);
    expect(await statusOf({ origin: "http://127.0.0.1:8080" })).toBe(200);
  });

  it("waits while the disk is nearly full", async () => {
    const full = await openRoutes({ paused: () => ({ message: "the disk is full", retryAfterSeconds: 60 }) });
    try {
      const headers = { "content-type": PDF_TYPE };
      const url = "/v1/attachments?name=a.pdf";
      const response = await full.app.inject({ method: "POST", url, payload: PDF, headers });
      expect([response.statusCode, response.json()]).toMatchObject([503, { code: "DISK_FULL" }]);
      expect(response.headers["retry-after"]).toBeDefined();
    } finally {
      await full.close();
    }
  });
});

describe("GET /v1/attachments/:sha256", () => {
  it("gives the file for saving, never to be shown", async () => {
    await routes.upload(PDF, "签字 (1)'s.pdf");
    const response = await routes.app.inject({ url: `/v1/attachments/${SHA}` });
    expect([response.statusCode, response.rawPayload]).toEqual([200, PDF]);
    expect(response.headers).toMatchObject({
      "content-type": PDF_TYPE,
      "content-disposition": "attachment; filename*=UTF-8''%E7%AD%BE%E5%AD%97%20%281%29%27s.pdf",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    });
  });

  it("gives nothing that is not what was uploaded", async () => {
    await routes.upload();
    await writeFile(join(routes.folder, "attachments", SHA), "another");
    expect(await routes.get(`/v1/attachments/${SHA}`)).toMatchObject({
      status: 500,
      body: { code: "ATTACHMENT_ALTERED" },
    });
    expect(await routes.get(`/v1/attachments/${"0".repeat(64)}`)).toMatchObject({ status: 404 });
    expect(await routes.get("/v1/attachments/..%2Fstate.duckdb")).toMatchObject({ status: 400 });
  });
});
