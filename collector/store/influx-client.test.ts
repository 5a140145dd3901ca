// What the InfluxDB store makes of a server that refuses, is silent or breaks off: against a server played here.
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { openInfluxStore } from "./influx.ts";
import { decodeTag, encodeTag, tagLiteral } from "./influx-lines.ts";
import { batchOf, clients, SCHOOL, T0 } from "./store-suite.ts";

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

interface Played {
  /** Status of the n-th write, from 0. */
  write: (n: number) => number;
  /** Body of an answer to a question other than about databases. */
  query?: string;
}

async function play({ write, query }: Played) {
  const bodies: string[] = [];
  const listener: RequestListener = (request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts);
      if (request.url?.startsWith("/write") === true) {
        response.statusCode = write(bodies.length);
        bodies.push((request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body).toString());
        response.end(response.statusCode < 300 ? undefined : '{"error":"played"}');
      } else if (body.toString().includes("SHOW+DATABASES")) {
        response.end('{"results":[{"statement_id":0,"series":[{"name":"d","columns":["name"],"values":[["c"]]}]}]}');
      } else response.end(query ?? '{"results":[{"statement_id":0}]}');
    });
  };
  server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return { store: openInfluxStore({ url: `http://127.0.0.1:${port}`, database: "c" }), bodies };
}

const batch = () => batchOf([[clients("ap-1"), T0, 1]]);

describe("an answer to a write", () => {
  it.each([400, 405, 413, 422])("of %i is final", async (status) => {
    const { store } = await play({ write: () => status });
    await expect(store.write(batch())).rejects.toMatchObject({ code: "STORE_REJECTED", retryable: false });
  });

  it.each([401, 403, 404, 408, 429, 500, 502, 503])("of %i asks to come back", async (status) => {
    const { store, bodies } = await play({ write: () => status });
    await expect(store.write(batch())).rejects.toMatchObject({ code: "STORE_UNAVAILABLE", retryable: true });
    expect(bodies).toHaveLength(1); // the agent's spool retries, not the client
  });
});

describe("a batch", () => {
  it("is not in the ledger when its readings were not stored, nor acknowledged when its ledger line was not", async () => {
    const { store, bodies } = await play({ write: (n) => (n === 1 || n === 2 ? 204 : 503) });
    const one = batch();
    await expect(store.write(one)).rejects.toMatchObject({ retryable: true });
    expect(bodies).toEqual([expect.stringMatching(/^device,/)]);
    await expect(store.write(one)).resolves.toEqual({ repeated: false });
    expect(bodies.slice(1)).toEqual([expect.stringMatching(/^device,/), expect.stringMatching(/^batch,/)]);
    await expect(store.write(batch())).rejects.toMatchObject({ retryable: true });
  });

  it("of many lines fails when any of its requests does, with no ledger line", async () => {
    const { store, bodies } = await play({ write: (n) => (n === 1 ? 503 : 204) });
    const many = batchOf(Array.from({ length: 25_000 }, (_, i) => [clients("ap-1"), T0 + i, i]));
    await expect(store.write(many)).rejects.toMatchObject({ retryable: true });
    expect(bodies).toHaveLength(2);
    expect(bodies.join("\n")).not.toContain("batch,");
  });
});

describe("an answer to a question", () => {
  it.each([
    ["an error of a statement", '{"results":[{"statement_id":0,"error":"timeout"}]}'],
    ["an error half-way", '{"results":[{"statement_id":0}]}\n{"error":"shard gone"}\n'],
    ["something else than InfluxDB's", "<html>proxy</html>"],
  ])("with %s is not taken for nothing measured", async (_what, query) => {
    const { store } = await play({ write: () => 204, query });
    await expect(store.series(SCHOOL, clients("ap-1"), 0, 1)).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
  });
});

describe("a name in a tag", () => {
  it.each(["plain", "三楼 AP=1,x", "a\\b\\", "50%", "%5c", "tab\tline\nfeed", "it's"])("%j comes back", (name) => {
    expect(decodeTag(encodeTag(name))).toBe(name);
  });

  it("cannot end the text it stands in", () => {
    expect(tagLiteral("x' OR 'a'='a")).toBe("'x\\' OR \\'a\\'=\\'a'");
    expect(tagLiteral("x\\")).toBe("'x%5c'");
  });
});
