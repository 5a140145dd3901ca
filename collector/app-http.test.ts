import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { App } from "./app.ts";
import { testApp } from "./app-suite.ts";

let app: App;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "campanile-http-"));
  mkdirSync(join(folder, "page", "assets"), { recursive: true });
  writeFileSync(join(folder, "page", "index.html"), "<!doctype html>");
  writeFileSync(join(folder, "page", "assets", "index-abc.js"), "export {};");
  writeFileSync(join(folder, "secret.txt"), "not for everybody");
  ({ app } = await testApp(folder));
});

afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("the page", () => {
  it.each([
    { url: "/", cache: "no-cache" },
    { url: "/index.html", cache: "no-cache" },
    { url: "/assets/index-abc.js", cache: "public, max-age=31536000, immutable" },
  ])("$url may be kept: $cache", async ({ url, cache }) => {
    for (const method of ["GET", "HEAD"] as const) {
      const response = await app.inject({ method, url });
      expect(response).toMatchObject({ statusCode: 200, headers: { "cache-control": cache } });
    }
  });

  it.each([
    ["/../secret.txt", 403, "FORBIDDEN"],
    ["/..%2fsecret.txt", 404, "NOT_FOUND"],
    ["/assets/..%5c..%5csecret.txt", 403, "FORBIDDEN"],
    ["/%2e%2e/secret.txt", 403, "FORBIDDEN"],
    ["/%00", 400, "BAD_REQUEST"],
    ["/assets/none.js", 404, "NOT_FOUND"],
    ["/assets/", 404, "NOT_FOUND"],
    ["/v1/nothing", 404, "NOT_FOUND"],
  ])("%s is not served: %i %s", async (path, status, code) => {
    const { statusCode, headers, body } = await exchange(
      `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
    );
    expect({ statusCode, code: body.code }).toEqual({ statusCode: status, code });
    expect(headers).toMatch(/content-type: application\/json/i);
    expect(Object.keys(body).sort()).toEqual(["code", "message"]);
  });

  it("is not cached where it is refused", async () => {
    expect((await app.inject({ url: "/assets/none.js" })).headers).not.toHaveProperty("cache-control");
  });
});

describe("what is hardly HTTP", () => {
  const head = "host: x\r\nconnection: close\r\n";
  const post = (type: string, body: string) =>
    `POST /v1/inventory HTTP/1.1\r\n${head}content-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

  it.each([
    {
      what: "a URL that cannot be decoded",
      text: `GET /v1/schools/%E0%A4%A HTTP/1.1\r\n${head}\r\n`,
      status: 400,
      code: "FST_ERR_BAD_URL",
    },
    { what: "bytes of another protocol", text: "\x16\x03\x01\r\n\r\n", status: 400, code: "BAD_REQUEST" },
    {
      what: "headers without end",
      text: `GET / HTTP/1.1\r\nx-a: ${"a".repeat(20_000)}\r\n\r\n`,
      status: 431,
      code: "HEADERS_TOO_LARGE",
    },
    {
      what: "a length that is none",
      text: `POST /v1/batches HTTP/1.1\r\n${head}content-length: x\r\n\r\n`,
      status: 400,
      code: "BAD_REQUEST",
    },
    {
      what: "JSON that ends too early",
      text: post("application/json", "{"),
      status: 400,
      code: "FST_ERR_CTP_INVALID_JSON_BODY",
    },
    {
      what: "JSON that reaches for the prototype",
      text: post("application/json", '{"__proto__":{}}'),
      status: 400,
      code: "FST_ERR_CTP_INVALID_JSON_BODY",
    },
    {
      what: "a form that a browser sends without asking",
      text: post("text/plain", "{}"),
      status: 400,
      code: "FST_ERR_VALIDATION",
    },
    { what: "XML", text: post("text/xml", "<a/>"), status: 415, code: "FST_ERR_CTP_INVALID_MEDIA_TYPE" },
    {
      what: "a method that the route does not have",
      text: `OPTIONS /v1/schools HTTP/1.1\r\n${head}\r\n`,
      status: 404,
      code: "NOT_FOUND",
    },
  ])("$what is answered with $status $code", async ({ text, status, code }) => {
    const { statusCode, body } = await exchange(text);
    expect({ statusCode, code: body.code }).toEqual({ statusCode: status, code });
    expect(Object.keys(body).filter((key) => !["code", "message", "details"].includes(key))).toEqual([]);
    expect(body.message).toEqual(expect.any(String));
  });

  it("does not wait for ever for a sender that crawls", async () => {
    await app.listen({ host: "127.0.0.1", port: 0 });
    const { headersTimeout, requestTimeout } = app.server;
    // Node takes the two for each other when the first is the longer one.
    expect(headersTimeout).toBeLessThan(requestTimeout);
    expect(requestTimeout).toBeLessThanOrEqual(30_000);
  });
});

/** Sends bytes as they are, because injection and fetch straighten URLs and headers; reads until the collector closes. */
async function exchange(text: string) {
  if (!app.server.listening) await app.listen({ host: "127.0.0.1", port: 0 });
  const address = app.server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const socket = connect(address.port, "127.0.0.1");
  let answer = "";
  socket.on("data", (chunk) => {
    answer += chunk;
  });
  socket.on("error", () => undefined); // a collector that hangs up on garbage is what is looked at
  socket.write(text);
  await once(socket, "close");
  const [headers = "", body = ""] = answer.split("\r\n\r\n");
  return {
    statusCode: Number(headers.split(" ")[1]),
    headers,
    body: JSON.parse(body) as Record<string, unknown>, // every answer looked at here is an object
  };
}
