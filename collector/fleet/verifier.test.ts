import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newKeyText, signText } from "../../contract/identity.ts";
import type { Delivery } from "../ingest/speakers.ts";
import { FleetUnderTest, FROM, Machine, SCHOOL, START_MS } from "./fleet-suite.ts";

let fleet: FleetUnderTest;
let machine: Machine;
beforeEach(async () => {
  fleet = await new FleetUnderTest().open();
  machine = new Machine();
  await fleet.enrol(machine);
});
afterEach(() => fleet.close());

let sentAtMs = START_MS;
/** Signed anew each time, as an agent does. */
const batch = (sequence: number, change: Partial<Pick<Delivery, "session" | "lane">> = {}, who = machine) => {
  sentAtMs += 1;
  const { session = "s1", lane = "backlog" } = change;
  return who.delivery("gw", sequence, sentAtMs, {}, { session, lane });
};
const take = (delivery: Delivery) => fleet.take(delivery);
const codeOf = (delivery: Delivery) => take(delivery).catch((error: { code: string }) => error.code);

describe("a delivery", () => {
  it("signed by the agent's key speaks for the school that the agent was enrolled for", async () => {
    await expect(fleet.identity.speakers.school(batch(1))).resolves.toBe(SCHOOL);
  });

  it.each<[string, string, (good: Delivery) => Delivery]>([
    ["another body", "SIGNATURE_INVALID", (d) => ({ ...d, body: Buffer.from("others") })],
    ["one byte less", "SIGNATURE_INVALID", (d) => ({ ...d, body: d.body.subarray(1) })],
    ["another sequence", "SIGNATURE_INVALID", (d) => ({ ...d, parts: d.parts.replace(/^1:/, "2:") })],
    ["other borders between its parts", "SIGNATURE_INVALID", (d) => ({ ...d, parts: "1:4,2:6" })],
    ["another session", "SIGNATURE_INVALID", (d) => ({ ...d, session: "s2" })],
    ["another lane", "SIGNATURE_INVALID", (d) => ({ ...d, lane: "live" })],
    ["another time of sending", "SIGNATURE_INVALID", (d) => ({ ...d, sentAtMs: (d.sentAtMs ?? 0) + 1 })],
    ["a signature that is none", "SIGNATURE_INVALID", (d) => ({ ...d, signature: "AAAA" })],
    ["a signature of zeros", "SIGNATURE_INVALID", (d) => ({ ...d, signature: Buffer.alloc(64).toString("base64") })],
    ["no signature", "SIGNATURE_MISSING", ({ signature: _, ...d }) => d],
    ["no key", "SIGNATURE_MISSING", ({ key: _, ...d }) => d],
    ["no time of sending", "SIGNATURE_MISSING", ({ sentAtMs: _, ...d }) => d],
    ["a key that the agent has not", "KEY_UNKNOWN", (d) => ({ ...d, key: "0123456789abcdef" })],
    ["the name of nobody", "AGENT_UNKNOWN", (d) => ({ ...d, agentId: "nobody" })],
    ["another agent's name", "KEY_UNKNOWN", (d) => ({ ...d, agentId: "other" })],
  ])("with %s is refused as %s, and nothing is stored", async (_what, code, change) => {
    await fleet.enrol(new Machine(), "other");
    expect(await codeOf(change(batch(1)))).toBe(code);
    expect(await fleet.store.agents()).toEqual([]);
    expect(fleet.identity.speakers.counts.totals).toMatchObject({ [code]: 1 });
    expect((await fleet.events())[0]).toBe(code);
  });

  it("of a revoked agent is refused from the next one on", async () => {
    await take(batch(1));
    await fleet.identity.enrolment.revoke("gw", "the machine was stolen", FROM);
    expect(await codeOf(batch(2))).toBe("AGENT_REVOKED");
    await fleet.reopen();
    expect(await codeOf(batch(3))).toBe("AGENT_REVOKED");
    expect(fleet.identity.registry.agent("gw")?.revoked).toEqual({ atMs: START_MS, reason: "the machine was stolen" });
  });

  it("counts refusals by agent, of enrolled ones only", async () => {
    await codeOf({ ...batch(1), signature: "AAAA" });
    await codeOf({ ...batch(1), agentId: "nobody" });
    expect(fleet.identity.speakers.counts.of("gw")).toEqual({ SIGNATURE_INVALID: 1 });
    expect(fleet.identity.speakers.counts.of("nobody")).toEqual({});
  });
});

describe("unsigned agents", () => {
  const unsigned = (agentId: string): Delivery => {
    const { signature: _, key: __, ...rest } = batch(1);
    return { ...rest, agentId };
  };

  it("speak only where the configuration allows it, and only while they are not enrolled", async () => {
    await fleet.close();
    fleet = new FleetUnderTest();
    fleet.unsigned = true;
    await fleet.open();
    expect(await codeOf(unsigned("gw"))).toBe("stored");
    expect(await codeOf(unsigned("nobody"))).toBe("AGENT_UNKNOWN");
    await fleet.enrol(machine);
    expect(await codeOf(unsigned("gw"))).toBe("SIGNATURE_MISSING");
  });

  it("do not speak by default", async () => {
    expect(await codeOf(unsigned("gw-of-the-inventory"))).toBe("AGENT_UNKNOWN");
  });
});

describe("the order of batches", () => {
  it("takes sequences that grow, with holes, and refuses what should have come before", async () => {
    for (const sequence of [1, 2, 5]) expect(await codeOf(batch(sequence))).toBe("stored");
    expect(await codeOf(batch(4))).toBe("BATCH_OUT_OF_ORDER");
    expect(await codeOf(batch(6))).toBe("stored");
  });

  it("is kept through a restart of the collector", async () => {
    for (const sequence of [1, 2, 5]) await take(batch(sequence));
    await fleet.reopen();
    expect(await codeOf(batch(4))).toBe("BATCH_OUT_OF_ORDER");
    expect(await codeOf(batch(2))).toBe("repeated");
    expect(await codeOf(batch(6))).toBe("stored");
  });

  it("is that of each lane: the newest may come before the backlog, which is then recognised", async () => {
    await take(batch(1));
    expect(await codeOf(batch(9, { lane: "live" }))).toBe("stored");
    expect(await codeOf(batch(2))).toBe("stored");
    expect(await codeOf(batch(8, { lane: "live" }))).toBe("BATCH_OUT_OF_ORDER");
    expect(await codeOf(batch(9))).toBe("repeated");
    expect(await codeOf(batch(10))).toBe("stored");
  });

  it("does not go back to a session that another one has followed, but recognises what is stored of it", async () => {
    await take(batch(1));
    await take(batch(1, { session: "s2" }));
    expect(await codeOf(batch(1))).toBe("repeated");
    expect(await codeOf(batch(2))).toBe("SESSION_SUPERSEDED");
    await fleet.reopen();
    expect(await codeOf(batch(2))).toBe("SESSION_SUPERSEDED");
    expect(await codeOf(batch(2, { session: "s2" }))).toBe("stored");
  });

  it("lets the newest of a new session go ahead while the backlog is still of the one before", async () => {
    await take(batch(1));
    expect(await codeOf(batch(1, { session: "s2", lane: "live" }))).toBe("stored");
    expect(await codeOf(batch(2))).toBe("stored");
  });

  it("cannot be told while the ledger is away: the agent is told to come again", async () => {
    await take(batch(1));
    await fleet.reopen();
    await fleet.store.close();
    await expect(take(batch(2))).rejects.toMatchObject({ code: "STORE_UNAVAILABLE", retryable: true });
  });
});

describe("one identity on two machines", () => {
  it("is refused to the one that another has followed, and said in words", async () => {
    const first = (sequence: number) => batch(sequence, { session: "of-the-first" });
    const second = (sequence: number) => batch(sequence, { session: "of-the-second" });
    await take(first(1));
    fleet.nowMs += 60_000;
    await take(second(1));
    await expect(take(first(2))).rejects.toMatchObject({
      code: "SESSION_SUPERSEDED",
      message:
        "session of-the-first goes on although session of-the-second began at 2026-09-07T09:01:00+08:00: " +
        'two machines seem to speak as "gw". Enrol one of them under a name of its own',
    });
    expect(await codeOf(second(2))).toBe("stored");
    expect((await fleet.events("gw"))[0]).toBe("SESSION_SUPERSEDED");
  });

  it("is settled by enrolling the right one again: it goes on with its old session", async () => {
    const right = new Machine();
    await take(batch(1, { session: "right" }));
    await take(batch(1, { session: "clone" }));
    expect(await codeOf(batch(2, { session: "right" }))).toBe("SESSION_SUPERSEDED");
    fleet.nowMs += 60_000;
    await fleet.enrol(right, "gw");
    expect(await codeOf(batch(2, { session: "right" }, right))).toBe("stored");
    expect(await codeOf(batch(2, { session: "clone" }))).toBe("KEY_UNKNOWN");
  });
});

describe("a repetition", () => {
  it("signed anew is a retransmission", async () => {
    await take(batch(1));
    expect(await codeOf(batch(1))).toBe("repeated");
    expect(await fleet.events("gw")).toEqual(["ENROLLED"]);
  });

  it("of the very request is a replay, also after a restart", async () => {
    const sent = batch(1);
    await take(sent);
    expect(await codeOf(sent)).toBe("BATCH_REPLAYED");
    await fleet.reopen();
    expect(await codeOf(sent)).toBe("BATCH_REPLAYED");
    expect((await fleet.events("gw")).slice(0, 2)).toEqual(["BATCH_REPLAYED", "BATCH_REPLAYED"]);
  });

  it("of the name with other content is a conflict, and the first stays", async () => {
    await take(batch(1));
    const body = Buffer.from("something else");
    const other = machine.delivery("gw", 1, START_MS + 99, {}, { body });
    expect(await codeOf(other)).toBe("BATCH_CONFLICT");
    expect(await fleet.store.agents()).toMatchObject([{ agentId: "gw", batches: 1 }]);
  });
});

describe("a key that takes the place of another", () => {
  const next = new Machine();
  const rotate = () => {
    const signature = signText(newKeyText("gw", next.publicKey), next.key);
    const request = { publicKey: next.publicKey, signature };
    return fleet.identity.enrolment.addKey("gw", machine.keyId, request, FROM);
  };

  it("leaves the old one good until the first batch signed with the new one", async () => {
    await expect(rotate()).resolves.toBe(next.keyId);
    expect(await codeOf(batch(1))).toBe("stored");
    await fleet.reopen();
    expect(await codeOf(batch(2))).toBe("stored");
    expect(await codeOf(batch(3, {}, next))).toBe("stored");
    expect(await codeOf(batch(4))).toBe("KEY_UNKNOWN");
    await fleet.reopen();
    expect(await codeOf(batch(4))).toBe("KEY_UNKNOWN");
    expect(await codeOf(batch(4, {}, next))).toBe("stored");
    expect(await fleet.events("gw")).toEqual(["KEY_UNKNOWN", "KEY_UNKNOWN", "KEYS_RETIRED", "KEY_ADDED", "ENROLLED"]);
  });

  it("may be registered twice, as when the answer was lost", async () => {
    await rotate();
    await rotate();
    expect(fleet.identity.registry.agent("gw")?.keys.map(({ id }) => id)).toEqual([machine.keyId, next.keyId]);
  });

  it("does not undo a revocation that is asked for at the same moment, in either order", async () => {
    const revoke = () => fleet.identity.enrolment.revoke("gw", "stolen", FROM);
    await Promise.all([rotate(), revoke()]);
    expect(await codeOf(batch(1, {}, next))).toBe("AGENT_REVOKED");
    await fleet.enrol(machine, "gw");
    const [revoked, rotated] = await Promise.allSettled([revoke(), rotate()]);
    expect(revoked.status).toBe("fulfilled");
    expect(rotated).toMatchObject({ status: "rejected", reason: { code: "KEY_UNKNOWN" } });
    expect(await codeOf(batch(1, {}, next))).toBe("AGENT_REVOKED");
    await fleet.reopen();
    expect(await codeOf(batch(1, {}, next))).toBe("AGENT_REVOKED");
  });

  it("does not outlive an enrolment with another key at the same moment", async () => {
    const code = await fleet.code({ agent: "gw" });
    const owner = new Machine();
    const tries = [fleet.identity.enrolment.enrol(owner.enrolRequest(code), FROM), rotate()];
    await Promise.allSettled(tries);
    expect(fleet.identity.registry.agent("gw")?.keys.map(({ id }) => id)).toEqual([owner.keyId]);
  });

  it("has to be the asker's own", async () => {
    const request = { publicKey: next.publicKey, signature: signText("something else", next.key) };
    await expect(fleet.identity.enrolment.addKey("gw", machine.keyId, request, FROM)).rejects.toMatchObject({
      code: "KEY_NOT_PROVED",
    });
  });
});

describe("a line of a foreign device", () => {
  it("is an event, and many within a minute are one", async () => {
    for (let i = 0; i < 5; i += 1) fleet.identity.speakers.foreign("gw", `ap-${i}`, FROM);
    fleet.nowMs += 60_001;
    fleet.identity.speakers.foreign("gw", "ap-9", FROM);
    expect((await fleet.events("gw")).slice(0, 2)).toEqual(["FOREIGN_DEVICE", "FOREIGN_DEVICE × 5"]);
  });
});
