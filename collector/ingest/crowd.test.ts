import { once } from "node:events";
import { Agent as HttpAgent, request } from "node:http";
import { connect, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HEADER, MAX_BATCH_BYTES, MAX_INFLATED_BYTES } from "../../contract/batch.ts";
import { SCHOOL } from "../app-suite.ts";
import { type Collector, lineAt, packed, type Sent, Speaker, startCollector } from "./hostile-suite.ts";

/** Nobody may hold what others need: each crowd is there while a good agent delivers over its own connection. */
describe("a good agent is answered while there are", () => {
  let collector: Collector;
  let port: number;
  let good: Speaker;
  let token: string;
  let keepAlive: HttpAgent;
  let sequence: number;
  const crowd = new Set<Socket>();

  beforeEach(async () => {
    collector = await startCollector();
    good = new Speaker("good");
    await collector.enrol(good);
    const made = await collector.app.inject({
      method: "POST",
      url: "/v1/tokens",
      payload: { school: SCHOOL, name: "crowd" },
    });
    token = made.json<{ token: string }>().token;
    port = Number(new URL(await collector.app.listen({ host: "127.0.0.1", port: 0 })).port);
    keepAlive = new HttpAgent({ keepAlive: true, maxSockets: 1 });
    sequence = 0;
  });
  afterEach(async () => {
    for (const socket of crowd) socket.destroy();
    crowd.clear();
    keepAlive.destroy();
    await collector.close();
  });

  /** One batch after the other, each of them stored. */
  async function deliver(count = 5): Promise<void> {
    for (let i = 0; i < count; i++) {
      const sent = good.request({ sequence: ++sequence, body: packed(lineAt("ap-1", 0.5)) });
      expect(await post("/v1/batches", sent, keepAlive)).toMatchObject({ status: 200, body: { stored: 1 } });
    }
  }

  function post(path: string, { headers, body }: Sent, agent?: HttpAgent) {
    return new Promise<{ status: number; retryAfter: string | undefined; body: unknown }>((resolve, reject) => {
      const options = { port, host: "127.0.0.1", method: "POST", path, headers, ...(agent && { agent }) };
      const asked = request(options, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          const retryAfter = answer.headers["retry-after"];
          resolve({ status: answer.statusCode ?? 0, retryAfter, body: text === "" ? undefined : JSON.parse(text) });
        });
        answer.on("error", reject);
      });
      asked.on("error", reject);
      asked.end(body);
    });
  }

  async function open(): Promise<Socket> {
    const socket = connect(port, "127.0.0.1");
    crowd.add(socket);
    socket.on("error", () => socket.destroy()); // a collector may close what does not behave
    await once(socket, "connect");
    return socket;
  }

  const head = (path: string, headers: Record<string, string>) =>
    [`POST ${path} HTTP/1.1`, "host: x", ...Object.entries(headers).map(([k, v]) => `${k}: ${v}`), "", ""].join("\r\n");
  const ofAgent = (id: string) => ({
    "content-type": "text/plain",
    [HEADER.agent]: id,
    [HEADER.session]: "s",
    [HEADER.sequence]: "1",
  });
  const ofToken = () => ({ authorization: `Token ${token}`, "content-type": "text/plain" });

  it("1,000 connections that say nothing, and 200 that stop in the middle of their headers", async () => {
    await Promise.all(Array.from({ length: 1_000 }, open));
    const halves = await Promise.all(Array.from({ length: 200 }, open));
    for (const socket of halves) socket.write("POST /v1/batches HTTP/1.1\r\nhost: x\r\nx-campanile-agent: go");
    await expect.poll(() => connections(collector)).toBeGreaterThanOrEqual(1_200);
    await deliver();
    expect(
      await post("/api/v2/write", { headers: ofToken(), body: Buffer.from("mem,host=h used_percent=1") }),
    ).toMatchObject({
      status: 204,
    });
  });

  it.each<[string, () => Record<string, string>, number]>([
    ["/v1/batches", () => ofAgent("nobody"), 40],
    ["/api/v2/write", ofToken, 20],
  ])("slow senders that fill all the room for bodies at %s: the slowest gives way", async (path, headers, count) => {
    const share = Buffer.alloc(2 * 1024 * 1024, "\n");
    const answers: string[] = [];
    const senders = await Promise.all(Array.from({ length: count }, open));
    for (const socket of senders) {
      socket.on("data", (chunk: Buffer) => answers.push(chunk.toString("latin1")));
      socket.write(head(path, { ...headers(), "content-length": String(MAX_BATCH_BYTES) }));
      socket.write(share);
    }
    await expect.poll(() => answers.length, { timeout: 20_000 }).toBeGreaterThan(0);
    expect(answers[0]).toMatch(/^HTTP\/1\.1 429 /);
    expect(answers[0]).toMatch(/\r\nretry-after: 1\r\n/);
    await deliver();
    expect(await post("/write", { headers: ofToken(), body: Buffer.from("mem,host=h used_percent=1") })).toMatchObject({
      status: 204,
    });
  });

  it.each<[string, () => Record<string, string>]>([
    ["/v1/batches", () => ofAgent("good")],
    ["/write", ofToken],
  ])("batches of 10 MB at %s: they are refused for good", async (path, headers) => {
    const large = Buffer.alloc(10 * 1024 * 1024, "x");
    const all = Promise.all(Array.from({ length: 8 }, () => post(path, { headers: headers(), body: large })));
    await deliver();
    for (const { status, retryAfter } of await all) expect([status, retryAfter]).toEqual([413, undefined]);
  });

  it("10 MB that come in chunks, their length unsaid", async () => {
    const socket = await open();
    const answered = once(socket, "data");
    socket.write(head("/v1/batches", { ...ofAgent("good"), "transfer-encoding": "chunked" }));
    const chunk = Buffer.alloc(1024 * 1024, "x");
    for (let i = 0; i < 10; i++) {
      socket.write(`${chunk.length.toString(16)}\r\n`);
      socket.write(chunk);
      socket.write("\r\n");
    }
    await deliver();
    const [answer] = await answered;
    expect(String(answer)).toMatch(/^HTTP\/1\.1 413 /);
  });

  it("gzip bombs, unsigned and by token: none is made larger than a batch may be", async () => {
    const bomb = gzipSync(Buffer.alloc(MAX_INFLATED_BYTES + 1, "\n"));
    const unsigned = { ...ofAgent("good"), "content-encoding": "gzip" };
    const byToken = { ...ofToken(), "content-encoding": "gzip" };
    const all = Promise.all([
      ...Array.from({ length: 20 }, () => post("/v1/batches", { headers: unsigned, body: bomb })),
      ...Array.from({ length: 4 }, () => post("/api/v2/write", { headers: byToken, body: bomb })),
    ]);
    await deliver();
    const statuses = (await all).map(({ status }) => status);
    expect(statuses.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 401));
    for (const status of statuses.slice(20)) expect([413, 429]).toContain(status);
  });

  it("many at the door of others: theirs is not the room of agents", async () => {
    const lines = gzipSync(Buffer.from("mem,host=h used_percent=1\n".repeat(20_000)));
    const headers = { ...ofToken(), "content-encoding": "gzip" };
    const all = Promise.all(Array.from({ length: 40 }, () => post("/api/v2/write", { headers, body: lines })));
    await deliver();
    for (const { status, retryAfter } of await all) {
      expect([204, 429]).toContain(status);
      if (status === 429) expect(retryAfter).toBe("1");
    }
  });
});

function connections({ app }: Collector): Promise<number> {
  return new Promise((resolve, reject) => {
    app.server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
}
