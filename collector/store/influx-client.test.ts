// What the InfluxDB store makes of a server that refuses, is silent or breaks off: against a server played here.
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { openInfluxStore } from "./influx.ts";
import { decodeTag, encodeTag, tagLiteral } from "./influx-lines.ts";
import { batchOf, clients, repeatOf, SCHOOL, T0 } from "./store-suite.ts";

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

interface Played {
  /** Status of the n-th write, from 0. */
  write: (n: number, body: string) => number;
  /** Body of an answer to a question. */
  query?: string | ((question: string, writes: number) => string);
}

const NOTHING = '{"results":[{"statement_id":0}]}';

async function play({ write, query }: Played) {
  const bodies: string[] = [];
  const listener: RequestListener = (request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts);
      if (request.url?.startsWith("/write") === true) {
        response.statusCode = write(bodies.length, body.toString());
        bodies.push(body.toString());
        response.end(response.statusCode < 300 ? undefined : '{"error":"played"}');
      } else response.end(typeof query === "function" ? query(body.toString(), bodies.length) : (query ?? NOTHING));
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
    const many = batchOf(Array.from({ length: 100_000 }, (_, i) => [clients("ap-1"), T0 + i, i]));
    await expect(store.write(many)).rejects.toMatchObject({ retryable: true });
    expect(bodies).toHaveLength(2);
    expect(bodies.join("\n")).not.toContain("batch,");
  });

  it("whose ledger line got no answer is looked for in the ledger when it comes again", async () => {
    const one = batch();
    const columns = ["time", "agent", "session", "school", "lane", "sequence", "lines", "received", "digest", "sent"];
    const row = [T0, "agent-1", "s1", SCHOOL, "backlog", one.sequence, 1, T0, one.digest, one.sentAtMs];
    const entry = { results: [{ statement_id: 0, series: [{ name: "batch", columns, values: [row] }] }] };
    const highest = { columns: ["time", "max"], values: [[0, one.sequence]], tags: { lane: "backlog" } };
    const { store } = await play({
      write: (n) => (n === 1 ? 504 : 204), // the ledger line was stored, and the answer lost on a proxy
      query: (question, writes) => {
        if (writes === 0) return NOTHING;
        return JSON.stringify(
          question.includes("max")
            ? { results: [{ statement_id: 0, series: [{ name: "batch", ...highest }] }] }
            : entry,
        );
      },
    });
    await expect(store.write(one)).rejects.toMatchObject({ retryable: true });
    await expect(store.write(one)).resolves.toEqual(repeatOf(one));
  });
});

describe("batches that wait together", () => {
  it("go in one request, and their ledger lines in one after it", async () => {
    const { store, bodies } = await play({ write: () => 204 });
    await Promise.all([batch(), batch(), batch()].map((one) => store.write(one)));
    expect(bodies).toHaveLength(2);
    expect(bodies[0]?.split("\n")).toHaveLength(3);
    expect(bodies[1]?.match(/^batch,/gm)).toHaveLength(3);
  });

  it("fail alone when one of them is refused for good", async () => {
    const { store, bodies } = await play({ write: (_, body) => (body.includes("device=poison") ? 400 : 204) });
    const poison = batchOf([[clients("poison"), T0, 1]]);
    const settled = await Promise.allSettled([batch(), poison, batch()].map((one) => store.write(one)));
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(settled[1]).toMatchObject({ reason: { code: "STORE_REJECTED" } });
    expect(bodies.filter((body) => body.startsWith("batch,"))).toHaveLength(2);
  });

  it("of one session keep their order: behind one that failed none is stored, those of others are", async () => {
    let refuse = true;
    const { store, bodies } = await play({
      write: (_, body) => {
        const status = refuse && body.includes("device=first") ? 503 : 204;
        if (status === 503) refuse = false;
        return status;
      },
    });
    // So many samples that the second and the third wait for the next group.
    const first = batchOf(Array.from({ length: 60_000 }, (_, i) => [clients("first"), T0 + i, i]));
    const [second, other] = [batch(), batchOf([[clients("ap-2"), T0, 2]], { agentId: "agent-2" })];
    const settled = await Promise.allSettled([first, second, other].map((one) => store.write(one)));
    expect(settled.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
    expect(bodies.join("\n")).not.toContain("agent=agent-1");
    await expect(store.write(first)).resolves.toEqual({ repeated: false });
    await expect(store.write(second)).resolves.toEqual({ repeated: false });
  });

  it("all fail at once when the server does not answer, instead of one after the other", async () => {
    const store = openInfluxStore({ url: "http://127.0.0.1:9", database: "c" });
    const many = Array.from({ length: 2_000 }, (_, i) => batchOf([], { agentId: `agent-${i}` }));
    const settled = await Promise.allSettled(many.map((one) => store.write(one)));
    for (const one of settled) expect(one).toMatchObject({ reason: { code: "STORE_UNAVAILABLE", retryable: true } });
  });
});

describe("an answer to a question", () => {
  it.each([
    ["an error of a statement", '{"results":[{"statement_id":0,"error":"timeout"}]}'],
    ["an error half-way", '{"results":[{"statement_id":0}]}\n{"error":"shard gone"}\n'],
    ["something else than InfluxDB's", "<html>proxy</html>"],
    ["an answer that breaks off", '{"results":[{"statement_id":0,"series":[{"na'],
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
