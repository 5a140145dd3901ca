// What SNMPv3 agents may do to us, and what the user sees of it.
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SnmpUser } from "../../contract/snmp-user.ts";
import { ProbeError } from "../probes/probe.ts";
import { createSnmpEngine, type SnmpEngine } from "./engine.ts";
import { boundSocket, closeSocket, endCell, integerCell, textCell } from "./hostile-suite.ts";
import { parseOid } from "./oid.ts";
import type { EngineChange, UserPeer } from "./peer.ts";
import { FLAG } from "./v3-message.ts";
import {
  AUTH_USER,
  NO_USER,
  PRIVATE_USER,
  startV3Responder,
  type V3Request,
  type V3Responder,
  type V3Script,
} from "./v3-suite.ts";

const NAME = "1.3.6.1.2.1.1.5.0";
const OIDS = [parseOid(NAME)];
const CELLS = [textCell(NAME, "lib-2")];
const LEVELS = [
  { level: "noAuthNoPriv", user: NO_USER, flags: FLAG.reportable },
  { level: "authNoPriv", user: AUTH_USER, flags: FLAG.reportable | FLAG.auth },
  { level: "authPriv", user: PRIVATE_USER, flags: FLAG.reportable | FLAG.auth | FLAG.privacy },
] as const;

let engine: SnmpEngine;
let responder: V3Responder;
beforeEach(() => {
  engine = createSnmpEngine();
});
afterEach(async () => {
  await engine.close();
  await responder.close();
});

const honest: V3Script = (request, to) => to.answer(request, CELLS);

async function agent(user: SnmpUser, script: V3Script = honest): Promise<UserPeer> {
  responder = await startV3Responder(user, script);
  return responder.peer;
}

const read = async (peer: UserPeer) => (await engine.get(peer, OIDS, AbortSignal.timeout(10_000))).values;
/** Asked once, by somebody who soon gives up. */
const hurried = (peer: UserPeer): UserPeer => ({ ...peer, timeoutMs: 500, retries: 0 });

/** Asks until what came instead of an answer has been counted so often, and then no longer. */
async function readInVain(peer: UserPeer, counted: () => number, times = 1): Promise<void> {
  const stop = new AbortController();
  const failed = expect(engine.get({ ...peer, timeoutMs: 60_000 }, OIDS, stop.signal)).rejects.toMatchObject({
    reason: "timeout",
  });
  const before = counted();
  await expect.poll(counted).toBe(before + times);
  stop.abort();
  await failed;
}

describe.each(LEVELS)("an SNMPv3 agent asked with $level", ({ user, flags }) => {
  it("is found once, asked as the user, and its clock is kept", async () => {
    const peer = await agent(user);
    await expect(read(peer)).resolves.toEqual(["lib-2"]);
    await expect(read({ ...peer, context: "vlan-7" })).resolves.toEqual(["lib-2"]);
    expect(responder.seen.map(({ isDiscovery, message }) => [isDiscovery, message.flags])).toEqual([
      [true, FLAG.reportable],
      [false, flags],
      [false, flags],
    ]);
    expect(responder.seen[1]?.message).toMatchObject(user.auth ? { boots: 3, time: 1_000 } : { boots: 0, time: 0 });
    expect(responder.seen.map(({ context }) => context)).toEqual(["", "", "vlan-7"]);
  });

  it("may answer late: the answer to the first try answers the second", async () => {
    let late: Buffer | undefined;
    const peer = await agent(user, (request, to, attempt) => {
      if (attempt > 1) return late;
      late = to.answer(request, CELLS);
      return undefined;
    });
    await expect(read({ ...peer, timeoutMs: 60, retries: 10 })).resolves.toEqual(["lib-2"]);
    expect(engine.stats.retransmitted).toBeGreaterThan(0);
  });

  it("may answer twice: the second is dropped and counted", async () => {
    const peer = await agent(user, (request, to) => [to.answer(request, CELLS), to.answer(request, CELLS)]);
    await read(peer);
    await expect(read(peer)).resolves.toEqual(["lib-2"]);
    expect(engine.stats.unexpected).toBeGreaterThanOrEqual(1);
  });

  it("that came back with another engine id is read, and the change is told", async () => {
    const other = Buffer.from("80001f8804736368756c652d32", "hex");
    const peer = await agent(user, (request, to) =>
      request.message.engineId.equals(to.engineId) ? to.answer(request, CELLS) : to.report(request, 4),
    );
    const changes: EngineChange[] = [];
    await read(peer);
    responder.engineId = other;
    // Anybody can say so: it is believed when the engine known so far does not answer.
    await expect(read({ ...peer, timeoutMs: 200, onEngineChanged: (change) => changes.push(change) })).resolves.toEqual(
      ["lib-2"],
    );
    expect(changes).toEqual([{ from: "80001f8804736368756c652d31", to: "80001f8804736368756c652d32" }]);
    expect(engine.stats).toMatchObject({ enginesChanged: 1, resynchronised: 1, timeouts: 0 });
  });

  it("that names another engine each time is given up", async () => {
    let count = 0;
    const peer = await agent(user, (request, to) => {
      count += 1;
      return to.report(request, 4, { engineId: Buffer.from(`engine-${count}`) });
    });
    await expect(read(peer)).rejects.toMatchObject({ reason: "auth", message: expect.stringContaining("EngineIDs") });
    expect(count).toBe(4);
  });

  it.each([
    { what: "does not know the user", usmStats: 3, says: "usmStatsUnknownUserNames" },
    { what: "does not offer this protection", usmStats: 1, says: "usmStatsUnsupportedSecLevels" },
    { what: "finds the digest wrong", usmStats: 5, says: "usmStatsWrongDigests" },
    { what: "cannot decrypt", usmStats: 6, says: "usmStatsDecryptionErrors" },
  ])("that $what is named as a matter of access, without asking again", async ({ usmStats, says }) => {
    const peer = await agent(user, (request, to) => to.report(request, usmStats));
    await expect(read(peer)).rejects.toMatchObject({ reason: "auth", message: expect.stringContaining(says) });
    expect(responder.seen).toHaveLength(2);
  });

  it("that does not go on in its tables ends the walk", async () => {
    const peer = await agent(user, (request, to) => to.answer(request, [integerCell("1.3.6.1.2.1.2.2.1.8.1", 1)]));
    const walked = engine.walkColumns(peer, [parseOid("1.3.6.1.2.1.2.2.1.8")], AbortSignal.timeout(10_000));
    await expect(walked).rejects.toMatchObject({ reason: "protocol", message: expect.stringContaining("advance") });
  });

  it("is read to the end of its table", async () => {
    const column = "1.3.6.1.2.1.2.2.1.8";
    const peer = await agent(user, (request, to) =>
      to.answer(request, [integerCell(`${column}.1`, 1), integerCell(`${column}.2`, 2), endCell(`${column}.2`)]),
    );
    const table = await engine.walkColumns(peer, [parseOid(column)], AbortSignal.timeout(10_000));
    expect(table).toMatchObject({ rowKeys: ["\u0001", "\u0002"], columns: [[1, 2]], refused: 0 });
  });

  it.each<{ what: string; oddity: Parameters<V3Responder["answer"]>[2] }>([
    { what: "another engine's name", oddity: { engineId: Buffer.from("somebody else") } },
    { what: "another user's name", oddity: { userName: "somebody" } },
    { what: "another request's id", oddity: { id: 7 } },
    { what: "another message's id", oddity: { messageId: 7 } },
  ])("is not believed with $what", async ({ oddity = {} }) => {
    const peer = await agent(user, (request, to, attempt) => to.answer(request, CELLS, attempt > 1 ? oddity : {}));
    await read(peer);
    await readInVain(peer, () => engine.stats.notAuthentic + engine.stats.unexpected);
  });

  it("is not believed from another port", async () => {
    const stranger = await boundSocket("127.0.0.1");
    const peer = await agent(user, (request, to, attempt) => {
      if (attempt === 1) return to.answer(request, CELLS);
      stranger.send(to.answer(request, [textCell(NAME, "forged")]), to.asker.port, to.asker.address);
      return undefined;
    });
    try {
      await read(peer);
      await readInVain(peer, () => engine.stats.unexpected);
    } finally {
      await closeSocket(stranger);
    }
  });

  it("may cut its answer at any byte: each is counted, and the whole one is still an answer", async () => {
    let cuts = 0;
    const peer = await agent(user, (request, to) => {
      const whole = to.answer(request, CELLS);
      cuts = whole.length;
      return [...Array.from({ length: whole.length }, (_, length) => whole.subarray(0, length)), whole];
    });
    const tally = { requests: 0, retransmissions: 0, malformed: 0 };
    await expect(read({ ...peer, tally })).resolves.toEqual(["lib-2"]);
    expect(engine.stats.malformed).toBe(cuts);
    // Looking for the device stops where somebody sends rubbish by the hundred.
    expect(tally.malformed).toBeGreaterThanOrEqual(Math.min(cuts, 64));
  });

  it("may send anything, from where it was asked or from elsewhere: it is counted and nothing else", async () => {
    const stranger = await boundSocket("127.0.0.1");
    const random = fc
      .sample(fc.uint8Array({ maxLength: 300 }), { numRuns: 200, seed: 3 })
      .map((one) => Buffer.from(one));
    const peer = await agent(user, (request, to) => {
      const whole = to.answer(request, CELLS);
      const damaged = fc
        .sample(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 })), { numRuns: 200, seed: 5 })
        // The message id may come out as that of no request, and so may its flags as what nobody asked for.
        .map(([at, by]) => Buffer.from(whole).fill((whole[at] ?? 0) ^ by, at, at + 1));
      for (const one of random) stranger.send(one, to.asker.port, to.asker.address);
      return [...random, ...(user.auth ? damaged : []), whole];
    });
    try {
      await expect(read(peer)).resolves.toEqual(["lib-2"]);
      const dropped = () => engine.stats.malformed + engine.stats.notAuthentic + engine.stats.unexpected;
      await expect.poll(dropped).toBe(user.auth ? 600 : 400);
    } finally {
      await closeSocket(stranger);
    }
  });
});

describe("an SNMPv3 agent that proves who it is", () => {
  it.each([
    { what: "in plain", user: AUTH_USER, flags: 0 },
    { what: "in plain", user: PRIVATE_USER, flags: 0 },
    { what: "without privacy", user: PRIVATE_USER, flags: FLAG.auth },
    { what: "encrypted without authentication", user: PRIVATE_USER, flags: FLAG.privacy },
  ])("is not believed when an answer comes $what", async ({ user, flags }) => {
    const peer = await agent(user, (request, to, attempt) => to.answer(request, CELLS, attempt > 1 ? { flags } : {}));
    await read(peer);
    await readInVain(peer, () => engine.stats.notAuthentic);
  });

  it("is asked again by its own clock after it restarted", async () => {
    const inTime = ({ message }: V3Request, { boots, time }: V3Responder) =>
      message.boots === boots && Math.abs(message.time - time) <= 150;
    const peer = await agent(PRIVATE_USER, (request, to) =>
      inTime(request, to) ? to.answer(request, CELLS) : to.report(request, 2, { flags: FLAG.auth, userName: "reader" }),
    );
    await read(peer);
    Object.assign(responder, { boots: 4, time: 2 });
    await expect(read(peer)).resolves.toEqual(["lib-2"]);
    // A device that loses its settings counts its starts from the beginning.
    Object.assign(responder, { boots: 1, time: 5 });
    await expect(read(peer)).resolves.toEqual(["lib-2"]);
    expect(engine.stats).toMatchObject({ resynchronised: 2, enginesChanged: 0, timeouts: 0 });
  });

  it("is given up when no clock is right for it", async () => {
    const peer = await agent(AUTH_USER, (request, to) =>
      to.report(request, 2, { flags: FLAG.auth, userName: "reader" }),
    );
    await expect(read(peer)).rejects.toMatchObject({ reason: "auth", message: expect.stringContaining("TimeWindows") });
    expect(responder.seen).toHaveLength(5);
  });

  it("is not believed with an answer from an earlier start, or from long ago", async () => {
    const old = [{ boots: 2 }, { time: 100 }];
    const peer = await agent(AUTH_USER, (request, to, attempt) => to.answer(request, CELLS, old[attempt - 2]));
    await read(peer);
    await readInVain(peer, () => engine.stats.notAuthentic);
    await readInVain(peer, () => engine.stats.notAuthentic);
  });

  it("is given up, with the reason, when it has counted its starts to the end", async () => {
    const boots = 2 ** 31 - 1;
    const peer = await agent(AUTH_USER, (request, to) =>
      to.report(request, 2, { flags: FLAG.auth, userName: "reader", boots }),
    );
    await expect(read(peer)).rejects.toMatchObject({ reason: "auth", message: expect.stringContaining("2147483647") });
    expect(responder.seen).toHaveLength(2);
  });

  it("may have bytes behind its answer that are none of it", async () => {
    const peer = await agent(AUTH_USER, (request, to) => Buffer.concat([to.answer(request, CELLS), Buffer.alloc(3)]));
    await expect(read(peer)).resolves.toEqual(["lib-2"]);
  });

  it("never sees one salt twice", async () => {
    const peer = await agent(PRIVATE_USER);
    for (let i = 0; i < 20; i++) await read(peer);
    const salts = responder.seen
      .filter(({ isDiscovery }) => !isDiscovery)
      .map(({ message }) => message.salt.toString("hex"));
    expect(new Set(salts).size).toBe(20);
  });
});

describe("a silent SNMPv3 agent", () => {
  it("costs the small question for its engine, and is a timeout", async () => {
    const silent = await boundSocket("127.0.0.1");
    responder = await startV3Responder(NO_USER, honest);
    const peer: UserPeer = {
      ...responder.peer,
      port: silent.address().port,
      timeoutMs: 20,
      retries: 1,
      user: PRIVATE_USER,
    };
    try {
      await expect(read(peer)).rejects.toMatchObject({ reason: "timeout" });
      expect(engine.stats).toMatchObject({ sent: 2, retransmitted: 1, timeouts: 2 });
    } finally {
      await closeSocket(silent);
    }
  });

  it("is a matter of access when it is there but silent to everything encrypted", async () => {
    const peer = await agent(PRIVATE_USER, () => undefined);
    await expect(read(hurried(peer))).rejects.toMatchObject({ reason: "auth" });
    await expect(read(hurried(peer))).rejects.toMatchObject({ reason: "auth" });
  });

  it("is a timeout when it was answering before, until it has been found and silent many times", async () => {
    const peer = await agent(PRIVATE_USER, (request, to, attempt) =>
      attempt === 1 ? to.answer(request, CELLS) : undefined,
    );
    await read(peer);
    const reasons: string[] = [];
    while (reasons.at(-1) !== "auth" && reasons.length < 100) {
      const error: unknown = await read({ ...peer, timeoutMs: 30, retries: 0 }).catch((thrown: unknown) => thrown);
      reasons.push(error instanceof ProbeError ? error.reason : "answered");
    }
    // On a busy machine it may not be found in time now and then, which is a timeout as well.
    expect(reasons.slice(0, 12)).toEqual(Array(12).fill("timeout"));
    expect(reasons.at(-1)).toBe("auth");
  });

  it("is not waited for longer than the signal says", async () => {
    const peer = await agent(PRIVATE_USER, () => undefined);
    const abort = new AbortController();
    const asked = engine.get({ ...peer, timeoutMs: 60_000 }, OIDS, abort.signal);
    await expect.poll(() => responder.seen.length).toBe(2);
    abort.abort();
    await expect(asked).rejects.toMatchObject({ reason: "timeout" });
  });

  it("is not waited for when the engine closes", async () => {
    const peer = await agent(PRIVATE_USER, () => undefined);
    const asked = engine.get({ ...peer, timeoutMs: 60_000 }, OIDS, new AbortController().signal);
    const failed = expect(asked).rejects.toMatchObject({ reason: "internal" });
    await expect.poll(() => responder.seen.length).toBe(2);
    await engine.close();
    await failed;
    await expect(read(peer)).rejects.toMatchObject({ reason: "internal" });
  });
});
