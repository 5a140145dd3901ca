// Reports that anybody could have made up, many questions at a time, and faults of our own, with SNMPv3.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SnmpUser } from "../../contract/snmp-user.ts";
import { createSnmpEngine, type SnmpEngine } from "./engine.ts";
import { textCell } from "./hostile-suite.ts";
import { parseOid } from "./oid.ts";
import type { UserPeer } from "./peer.ts";
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

let engine: SnmpEngine;
let responder: V3Responder;
beforeEach(() => {
  engine = createSnmpEngine();
});
afterEach(async () => {
  await engine.close();
  await responder.close();
});

async function agent(user: SnmpUser, script: V3Script): Promise<UserPeer> {
  responder = await startV3Responder(user, script);
  return responder.peer;
}

const read = async (peer: UserPeer) => (await engine.get(peer, OIDS, AbortSignal.timeout(10_000))).values;

const FORGED = [
  { usmStats: 1, says: "usmStatsUnsupportedSecLevels" },
  { usmStats: 2, says: "usmStatsNotInTimeWindows" },
  { usmStats: 3, says: "usmStatsUnknownUserNames" },
  { usmStats: 4, says: "usmStatsUnknownEngineIDs" },
  { usmStats: 5, says: "usmStatsWrongDigests" },
  { usmStats: 6, says: "usmStatsDecryptionErrors" },
];

describe("a Report that nothing proves, about a device that has answered", () => {
  const forgery = { engineId: Buffer.from("of somebody else"), boots: 77, time: 77 };

  it.each(FORGED)("changes nothing when the device answers as well: $says", async ({ usmStats }) => {
    const peer = await agent(PRIVATE_USER, (request, to, attempt) => {
      const answer = to.answer(request, CELLS);
      return attempt === 1 ? answer : [to.report(request, usmStats, forgery), answer];
    });
    for (let i = 0; i < 3; i++) await expect(read(peer)).resolves.toEqual(["lib-2"]);
    expect(engine.stats).toMatchObject({ enginesChanged: 0, resynchronised: 0, retransmitted: 0 });
    expect(responder.seen.slice(1).map(({ message }) => message.boots)).toEqual([3, 3, 3]);
  });

  it.each([1, 3, 5, 6])("is believed when the device does not answer within the wait: %i", async (usmStats) => {
    const peer = await agent(PRIVATE_USER, (request, to, attempt) =>
      attempt === 1 ? to.answer(request, CELLS) : to.report(request, usmStats),
    );
    await read(peer);
    await expect(read({ ...peer, timeoutMs: 200 })).rejects.toMatchObject({ reason: "auth" });
    expect(responder.seen).toHaveLength(3);
  });

  it("sets the clock right of a device that does not sign such Reports, although it should", async () => {
    const peer = await agent(AUTH_USER, (request, to) =>
      request.message.boots === to.boots ? to.answer(request, CELLS) : to.report(request, 2),
    );
    await read(peer);
    responder.boots = 1;
    await expect(read({ ...peer, timeoutMs: 200 })).resolves.toEqual(["lib-2"]);
  });
});

describe("many questions to SNMPv3 agents", () => {
  it("wait for their turn, and are not waited for after they were aborted", async () => {
    await engine.close();
    engine = createSnmpEngine({ openMax: 2 });
    const held: V3Request[] = [];
    let isHolding = false;
    const peer = await agent(AUTH_USER, (request, to) => {
      if (!isHolding) return to.answer(request, CELLS);
      held.push(request);
      return undefined;
    });
    await read(peer);
    isHolding = true;
    const stop = new AbortController();
    const patient = { ...peer, timeoutMs: 60_000 };
    const asked = Array.from({ length: 5 }, () => read(patient));
    const aborted = expect(engine.get(patient, OIDS, stop.signal)).rejects.toMatchObject({ reason: "timeout" });
    await expect.poll(() => held.length).toBe(2);
    stop.abort();
    await aborted;
    expect(held).toHaveLength(2);
    isHolding = false;
    for (const request of held) responder.send(responder.answer(request, CELLS));
    await expect(Promise.all(asked)).resolves.toEqual(Array(5).fill(["lib-2"]));
    expect(responder.seen).toHaveLength(7);
  });
});

it("a fault in whoever hears of an engine's change fails the request, and ends nothing", async () => {
  const peer = await agent(NO_USER, (request, to) =>
    request.message.engineId.equals(to.engineId) ? to.answer(request, CELLS) : to.report(request, 4),
  );
  await read(peer);
  responder.engineId = Buffer.from("another engine");
  const onEngineChanged = () => {
    throw new Error("a fault");
  };
  await expect(read({ ...peer, onEngineChanged })).rejects.toMatchObject({ reason: "internal" });
  await expect(read(peer)).resolves.toEqual(["lib-2"]);
});

it.each([0, 4, 33])("an engine id of %i bytes is said to be the reason, and not silence", async (length) => {
  const peer = await agent(NO_USER, (request, to) => to.answer(request, CELLS));
  responder.engineId = Buffer.alloc(length, 7);
  await expect(read({ ...peer, timeoutMs: 50 })).rejects.toMatchObject({
    reason: "protocol",
    message: expect.stringContaining(`engine id of ${length} bytes`),
  });
  responder.engineId = Buffer.alloc(5, 7);
  await expect(read(peer)).resolves.toEqual(["lib-2"]);
});

it("a message id does not tell the next one", async () => {
  const peer = await agent(NO_USER, (request, to) => to.answer(request, CELLS));
  for (let i = 0; i < 20; i++) await read(peer);
  const ids = responder.seen.map(({ message }) => message.messageId);
  const steps = ids.slice(1).map((id, i) => id - (ids[i] ?? 0));
  expect(new Set(steps).size).toBeGreaterThan(15);
});
