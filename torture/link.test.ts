import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HEADER } from "../contract/batch.ts";
import { type Link, openLink } from "./link.ts";

interface Received {
  body: string;
  sequence: string | undefined;
}

let received: Received[];
/** Requests whose sender went away before their end. */
let torn: number;
let server: Server;
let link: Link;

beforeEach(async () => {
  received = [];
  torn = 0;
  server = createServer((question, answer) => {
    let body = "";
    question.on("data", (chunk: Buffer) => {
      body += chunk;
    });
    question.on("error", () => {
      torn += 1;
    });
    question.on("end", () => {
      received.push({ body, sequence: question.headers[HEADER.sequence]?.toString() });
      answer.end(`took ${body}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a path
  link = await openLink(port);
});

afterEach(async () => {
  await link.close();
  server.closeAllConnections();
  server.close();
});

/** What the agent hears. */
function send(body: string, path = "/v1/batches"): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { [HEADER.sequence]: "1", "content-length": body.length };
    const question = request(`${link.url}${path}`, { method: "POST", agent: false, headers }, (answer) => {
      let text = "";
      answer.on("data", (chunk: Buffer) => {
        text += chunk;
      });
      answer.on("end", () => resolve(text));
    });
    question.on("error", reject);
    question.end(body);
  });
}

const bodies = () => received.map(({ body }) => body);

describe("a link", () => {
  it("hands on what comes", async () => {
    await expect(send("lines")).resolves.toBe("took lines");
    expect(received).toEqual([{ body: "lines", sequence: "1" }]);
    expect(link.counts).toMatchObject({ batches: 1, answers: { 200: 1 }, done: {} });
  });

  it("cuts before the request", async () => {
    link.add({ kind: "cut-before" });
    await expect(send("lines")).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(received).toEqual([]);
  });

  it("cuts in the middle of the request", async () => {
    link.add({ kind: "cut-within" });
    await expect(send("many lines")).rejects.toMatchObject({ code: "ECONNRESET" });
    await expect.poll(() => torn).toBe(1);
    expect(received).toEqual([]);
  });

  it("cuts after the collector has answered", async () => {
    link.add({ kind: "cut-after" });
    await expect(send("lines")).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(bodies()).toEqual(["lines"]);
  });

  it("delivers twice and answers once", async () => {
    link.add({ kind: "duplicate" });
    await expect(send("lines")).resolves.toBe("took lines");
    await expect.poll(bodies).toEqual(["lines", "lines"]);
  });

  it("holds one back and lets it through behind another", async () => {
    link.add({ kind: "reorder", byMs: 300 });
    await expect(send("first")).rejects.toMatchObject({ code: "ECONNRESET" });
    await send("second");
    await link.clear();
    expect(bodies()).toEqual(["second", "first"]);
  });

  it.each([
    { what: "body" as const, hears: /^took (?!lines$).{5}$/s, sequence: "1" },
    { what: "header" as const, hears: /^took lines$/, sequence: "7" },
    { what: "answer" as const, hears: /^(?!took lines$)/, sequence: "1" },
  ])("corrupts the $what", async ({ what, hears, sequence }) => {
    link.add({ kind: "corrupt", what, where: 0.5 });
    await expect(send("lines")).resolves.toMatch(hears);
    expect(received[0]?.sequence).toBe(sequence);
  });

  it("does each fault to one batch, in order, and none to other requests", async () => {
    link.add({ kind: "cut-before" });
    link.add({ kind: "cut-after" });
    await expect(send("config", "/v1/agents/a/config")).resolves.toBe("took config");
    await expect(send("first")).rejects.toThrow();
    await expect(send("second")).rejects.toThrow();
    await expect(send("third")).resolves.toBe("took third");
    expect(bodies()).toEqual(["config", "second", "third"]);
    expect(link.counts.done).toEqual({ "cut-before": 1, "cut-after": 1 });
  });

  it("lets nothing through while it is down", async () => {
    link.cut();
    await expect(send("lines")).rejects.toThrow();
    link.heal();
    await expect(send("lines")).resolves.toBe("took lines");
    expect(link.counts.downs).toBe(1);
  });
});
