import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSnmpEngine, type SnmpEngine } from "./engine.ts";
import {
  answer,
  boundSocket,
  type Cell,
  closeSocket,
  hurried,
  integerCell,
  Responders,
  type Script,
  type SeenRequest,
  textCell,
} from "./hostile-suite.ts";
import { parseOid } from "./oid.ts";

const SYS_UPTIME = "1.3.6.1.2.1.1.3.0";
const SYS_NAME = "1.3.6.1.2.1.1.5.0";
const OIDS = [SYS_UPTIME, SYS_NAME].map(parseOid);

let engine: SnmpEngine;
const responders = new Responders();

beforeEach(() => {
  engine = createSnmpEngine({ tickMs: 5 });
});
afterEach(async () => {
  await engine.close();
  await responders.close();
});

const start = (script: Script) => responders.start(script);

const never = () => AbortSignal.timeout(15_000);

/** What an honest agent answers to a GET of OIDS. */
const honest = ({ id }: SeenRequest, name = "lib-2") =>
  answer({ id, cells: [integerCell(SYS_UPTIME, 7), textCell(SYS_NAME, name)] });

describe("get", () => {
  it("gives values in the order asked, and absent ones as undefined", async () => {
    const missing: Cell = { name: SYS_NAME, tag: 0x81, content: Buffer.alloc(0) };
    const { peer } = await start(({ id }) => answer({ id, cells: [integerCell(SYS_UPTIME, 7), missing] }));
    await expect(engine.get(peer, OIDS, never())).resolves.toEqual({ values: [7, undefined], refused: 0 });
  });

  it("asks nothing when there is nothing to ask", async () => {
    const { peer, seen } = await start(() => undefined);
    await expect(engine.get(peer, [], never())).resolves.toEqual({ values: [], refused: 0 });
    expect(seen).toEqual([]);
  });

  it("splits a long question", async () => {
    const oids = Array.from({ length: 70 }, (_, i) => parseOid(`1.3.6.1.4.1.99.${i}.0`));
    const { peer, seen } = await start(({ id, names }) => answer({ id, cells: names.map((n) => integerCell(n, 1)) }));
    const { values } = await engine.get(peer, oids, never());
    expect(values).toEqual(oids.map(() => 1));
    expect(seen.map(({ names }) => names.length)).toEqual([32, 32, 6]);
  });

  it("asks again after silence with the same id, and takes the second answer", async () => {
    const { peer, seen } = await start((request, attempt) => (attempt === 1 ? undefined : honest(request)));
    await expect(engine.get({ ...peer, timeoutMs: 150 }, OIDS, never())).resolves.toMatchObject({
      values: [7, "lib-2"],
    });
    expect(seen[1]?.id).toBe(seen[0]?.id);
    expect(engine.stats).toMatchObject({ sent: 2, retransmitted: 1, timeouts: 1, answered: 1 });
  });

  it("gives up after the last try", async () => {
    const { peer, seen } = await start(() => undefined);
    await expect(engine.get(hurried(peer), OIDS, never())).rejects.toMatchObject({
      code: "PROBE_TIMEOUT",
      reason: "timeout",
    });
    expect(seen).toHaveLength(2);
    expect(engine.stats.timeouts).toBe(2);
  });

  it.each([
    { case: "half a datagram", make: (whole: Buffer) => whole.subarray(0, whole.length / 2) },
    { case: "five bytes of nonsense", make: () => Buffer.from("3003020000", "hex") },
    { case: "an empty datagram", make: () => Buffer.alloc(0) },
  ])("counts $case as malformed and goes on waiting", async ({ make }) => {
    const { peer } = await start((request) => make(honest(request)));
    await expect(engine.get(hurried(peer), OIDS, never())).rejects.toMatchObject({ reason: "timeout" });
    expect(engine.stats).toMatchObject({ malformed: 2, answered: 0 });
  });

  it("takes a whole answer that follows a broken one", async () => {
    const { peer } = await start((request) => [honest(request).subarray(0, 20), honest(request)]);
    await expect(engine.get(peer, OIDS, never())).resolves.toMatchObject({ values: [7, "lib-2"] });
  });

  it("does not believe an answer to another request", async () => {
    const { peer } = await start((request) => honest({ ...request, id: request.id + 1 }));
    await expect(engine.get(hurried(peer), OIDS, never())).rejects.toMatchObject({ reason: "timeout" });
    expect(engine.stats).toMatchObject({ unexpected: 2, answered: 0 });
  });

  it("does not believe an answer from another port", async () => {
    const forger = await boundSocket("127.0.0.1");
    const { peer } = await start((request, _, { asker }) => {
      forger.send(honest(request, "forged"), asker.port, asker.address);
      return undefined;
    });
    await expect(engine.get(hurried(peer), OIDS, never())).rejects.toMatchObject({ reason: "timeout" });
    expect(engine.stats.unexpected).toBe(2);
    await closeSocket(forger);
  });

  it("takes the true answer after a forged one", async () => {
    const forger = await boundSocket("127.0.0.1");
    const { peer } = await start((request, attempt, { asker }) => {
      if (attempt > 1) return honest(request, "true");
      forger.send(honest(request, "forged"), asker.port, asker.address);
      return undefined;
    });
    const patient = { ...peer, timeoutMs: 150 };
    await expect(engine.get(patient, OIDS, never())).resolves.toMatchObject({ values: [7, "true"] });
    await closeSocket(forger);
  });

  it("counts an answer that comes twice once", async () => {
    const { peer } = await start((request) => [honest(request), honest(request)]);
    await engine.get(peer, OIDS, never());
    await engine.get(peer, OIDS, never());
    expect(engine.stats).toMatchObject({ answered: 2 });
    expect(engine.stats.unexpected).toBeGreaterThanOrEqual(1);
  });

  it("counts an answer that comes after the end as unexpected", async () => {
    const late: Buffer[] = [];
    const { peer, send } = await start((request) => {
      late.push(honest(request));
      return undefined;
    });
    await expect(engine.get({ ...hurried(peer), retries: 0 }, OIDS, never())).rejects.toMatchObject({
      reason: "timeout",
    });
    for (const bytes of late) send(bytes);
    await expect.poll(() => engine.stats.unexpected).toBe(1);
  });

  it("loses only the value whose type does not exist", async () => {
    const strange: Cell = { name: SYS_UPTIME, tag: 0x4f, content: Buffer.of(1, 2, 3) };
    const { peer } = await start(({ id }) => answer({ id, cells: [strange, textCell(SYS_NAME, "lib-2")] }));
    await expect(engine.get(peer, OIDS, never())).resolves.toEqual({ values: [undefined, "lib-2"], refused: 1 });
    expect(engine.stats.valuesRefused).toBe(1);
  });

  it("asks in halves when the answer would be too big", async () => {
    const { peer, seen } = await start(({ id, names }) =>
      names.length > 1 ? answer({ id, status: 1 }) : answer({ id, cells: [textCell(names[0] ?? "", "long")] }),
    );
    await expect(engine.get(peer, OIDS, never())).resolves.toMatchObject({ values: ["long", "long"] });
    expect(seen.map(({ names }) => names.length)).toEqual([2, 1, 1]);
  });

  it("asks SNMPv1 agents again without what they do not have", async () => {
    const { peer, seen } = await start(({ id, names }) => {
      const at = names.indexOf(SYS_NAME);
      return at >= 0 ? answer({ id, status: 2, index: at + 1 }) : answer({ id, cells: [integerCell(SYS_UPTIME, 7)] });
    });
    const answered = engine.get({ ...peer, version: "v1" }, OIDS, never());
    await expect(answered).resolves.toEqual({ values: [7, undefined], refused: 0 });
    expect(seen.map(({ version }) => version)).toEqual(["v1", "v1"]);
  });

  it("asks again without a value that the agent cannot tell, and counts it", async () => {
    const { peer } = await start(({ id, names }) => {
      const at = names.indexOf(SYS_NAME);
      return at >= 0 ? answer({ id, status: 5, index: at + 1 }) : answer({ id, cells: [integerCell(SYS_UPTIME, 7)] });
    });
    await expect(engine.get(peer, OIDS, never())).resolves.toEqual({ values: [7, undefined], refused: 1 });
  });

  it.each([
    { status: 1, name: "tooBig for a single value", oids: OIDS.slice(0, 1), reason: "protocol" },
    { status: 2, name: "noSuchName without an index", oids: OIDS, reason: "unsupported" },
    { status: 5, name: "genErr", oids: OIDS, reason: "protocol" },
    { status: 6, name: "noAccess", oids: OIDS, reason: "auth" },
    { status: 16, name: "authorizationError", oids: OIDS, reason: "auth" },
    { status: 99, name: "a status that does not exist", oids: OIDS, reason: "protocol" },
  ])("fails with $reason on $name", async ({ status, oids, reason }) => {
    const { peer } = await start(({ id }) => answer({ id, status }));
    await expect(engine.get(peer, oids, never())).rejects.toMatchObject({ reason });
  });

  it.each([
    { case: "other values than asked", cells: [integerCell(SYS_UPTIME, 7), integerCell("1.3.6.1.2.1.1.7.0", 1)] },
    { case: "fewer values than asked", cells: [integerCell(SYS_UPTIME, 7)] },
  ])("fails on $case", async ({ cells }) => {
    const { peer } = await start(({ id }) => answer({ id, cells }));
    await expect(engine.get(peer, OIDS, never())).rejects.toMatchObject({ reason: "protocol" });
  });

  it("stops at once when its signal aborts", async () => {
    const controller = new AbortController();
    const { peer } = await start(() => {
      controller.abort();
      return undefined;
    });
    const patient = { ...peer, timeoutMs: 60_000 };
    await expect(engine.get(patient, OIDS, controller.signal)).rejects.toMatchObject({ reason: "timeout" });
    await expect(engine.get(patient, OIDS, controller.signal)).rejects.toMatchObject({ reason: "timeout" });
  });

  it("fails what is open when it is closed", async () => {
    const { peer, seen } = await start(() => undefined);
    const open = engine.get({ ...peer, timeoutMs: 60_000 }, OIDS, never());
    const failed = expect(open).rejects.toMatchObject({ reason: "internal" });
    await expect.poll(() => seen.length).toBe(1);
    await engine.close();
    await failed;
    await expect(engine.get(peer, OIDS, never())).rejects.toMatchObject({ reason: "internal" });
  });

  it("never names the community in an error", async () => {
    const { peer } = await start(() => undefined);
    const failed = engine.get({ ...hurried(peer), community: "s3cret-word" }, OIDS, never());
    await expect(failed).rejects.not.toThrow(/s3cret-word/);
  });

  it("keeps two hundred requests apart", async () => {
    const { peer } = await start((request) => honest(request, `id ${request.id}`));
    const answers = await Promise.all(Array.from({ length: 200 }, () => engine.get(peer, OIDS, never())));
    expect(new Set(answers.map(({ values }) => values[1])).size).toBe(200);
  });
});

describe("addresses", () => {
  it.each(["::1", "0:0:0:0:0:0:0:1"])("asks %s", async (host) => {
    const responder = await responders.start((request) => honest(request), "::1");
    const answered = engine.get({ ...responder.peer, host }, OIDS, never());
    await expect(answered).resolves.toMatchObject({ values: [7, "lib-2"] });
  });

  it("looks a name up once", async () => {
    const asked: string[] = [];
    const lookup = async (host: string) => {
      asked.push(host);
      return { address: "127.0.0.1", family: 4 } as const;
    };
    const own = createSnmpEngine({ lookup });
    const { peer } = await start((request) => honest(request));
    const named = { ...peer, host: "ac.school.test" };
    await Promise.all([own.get(named, OIDS, never()), own.get(named, OIDS, never())]);
    await own.get(named, OIDS, never());
    expect(asked).toEqual(["ac.school.test"]);
    await own.close();
  });

  it("says that a name has no address", async () => {
    const own = createSnmpEngine({ lookup: () => Promise.reject(new Error("ENOTFOUND")) });
    const peer = { host: "ac.school.test", port: 161, community: "public", timeoutMs: 40, retries: 0 };
    await expect(own.get(peer, OIDS, never())).rejects.toMatchObject({ reason: "unreachable" });
    await own.close();
  });

  it("does not wait for a resolver beyond its signal", async () => {
    const own = createSnmpEngine({ lookup: () => new Promise(() => {}) });
    const peer = { host: "ac.school.test", port: 161, community: "public", timeoutMs: 40, retries: 0 };
    await expect(own.get(peer, OIDS, AbortSignal.timeout(20))).rejects.toMatchObject({ reason: "timeout" });
    await own.close();
  });

  it.each([
    { what: "an address", host: "255.255.255.255", port: 161 },
    { what: "a port", host: "127.0.0.1", port: 0 },
  ])("says that $what cannot be sent to", async ({ host, port }) => {
    const peer = { host, port, community: "public", timeoutMs: 40, retries: 0 };
    await expect(engine.get(peer, OIDS, never())).rejects.toMatchObject({ reason: "unreachable" });
    expect(engine.stats.socketErrors).toBe(1);
  });
});
