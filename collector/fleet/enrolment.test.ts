import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CODE_PATTERN } from "../../contract/fleet.ts";
import { FleetUnderTest, FROM, Machine, OTHER_SCHOOL, SCHOOL, START_MS } from "./fleet-suite.ts";

const DAY_MS = 86_400_000;

let fleet: FleetUnderTest;
beforeEach(async () => {
  fleet = await new FleetUnderTest().open();
});
afterEach(() => fleet.close());

const enrol = (machine: Machine, code: string, from = FROM) =>
  fleet.identity.enrolment.enrol(machine.enrolRequest(code), from);

describe("a code", () => {
  it("has four groups of four, and only its digest is kept", async () => {
    const code = await fleet.code();
    expect(code).toMatch(new RegExp(CODE_PATTERN));
    expect(code).toMatch(/^(....-){3}....$/);
    const kept = JSON.stringify(await fleet.state.rows("SELECT * FROM fleet_code"));
    expect(kept).not.toContain(code);
    expect(kept).not.toContain(code.replaceAll("-", ""));
  });

  it("makes a machine the agent that the inventory has for the school, the next one SCHOOL-1, SCHOOL-2", async () => {
    const machines = [new Machine(), new Machine(), new Machine()];
    const answers = [];
    for (const machine of machines) answers.push(await fleet.enrol(machine));
    expect(answers.map(({ agent }) => agent)).toEqual(["gw", `${SCHOOL}-1`, `${SCHOOL}-2`]);
    expect(answers[0]).toEqual({
      agent: "gw",
      school: SCHOOL,
      schoolName: "示例小学",
      key: machines[0]?.keyId,
      nowMs: START_MS,
    });
    expect(fleet.identity.registry.agent("gw")).toMatchObject({ host: "gateway-pc", version: "1.2.3", school: SCHOOL });
  });

  it("counts however it is spelled", async () => {
    const code = (await fleet.code()).replaceAll("-", "").toLowerCase();
    await expect(enrol(new Machine(), code)).resolves.toMatchObject({ school: SCHOOL });
  });

  it("is good once: the same machine gets the same answer again, any other is refused", async () => {
    const code = await fleet.code();
    const machine = new Machine();
    const first = await enrol(machine, code);
    await fleet.reopen();
    await expect(enrol(machine, code)).resolves.toEqual(first);
    await expect(enrol(new Machine(), code)).rejects.toMatchObject({ code: "CODE_USED" });
    expect(fleet.identity.registry.agents()).toHaveLength(1);
  });

  it("used by two machines at once makes one of them the agent", async () => {
    const code = await fleet.code();
    const tries = await Promise.allSettled([enrol(new Machine(), code), enrol(new Machine(), code)]);
    expect(tries.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(fleet.identity.registry.agents()).toHaveLength(1);
  });

  it.each([
    { afterMs: DAY_MS - 1, code: undefined },
    { afterMs: DAY_MS, code: "CODE_EXPIRED" },
  ])("of a day is refused after $afterMs ms with $code", async ({ afterMs, code }) => {
    const written = await fleet.code();
    fleet.nowMs += afterMs;
    const result = await enrol(new Machine(), written).then(
      () => undefined,
      (error: { code: string }) => error.code,
    );
    expect(result).toBe(code);
  });

  it("that was never made here is refused, and says what a person can do", async () => {
    await expect(enrol(new Machine(), "0000-1111-2222-3333")).rejects.toMatchObject({
      code: "CODE_UNKNOWN",
      message: expect.stringContaining("is it spelled right"),
    });
    expect(await fleet.events()).toEqual(["CODE_REFUSED"]);
  });

  it("is for one school: it cannot be made for a school that is not there, or for another school's agent", async () => {
    await expect(fleet.code({ schoolId: "2133000009" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(fleet.code({ schoolId: OTHER_SCHOOL, agent: "gw" })).rejects.toMatchObject({
      code: "AGENT_ELSEWHERE",
    });
    await fleet.enrol(new Machine(), "named");
    await expect(fleet.code({ schoolId: OTHER_SCHOOL, agent: "named" })).rejects.toMatchObject({
      code: "AGENT_ELSEWHERE",
    });
  });

  it("for a name that another school has taken since it was made is refused", async () => {
    const mine = await fleet.code({ agent: "named" });
    const theirs = await fleet.code({ agent: "named", schoolId: OTHER_SCHOOL });
    await enrol(new Machine(), theirs);
    await expect(enrol(new Machine(), mine)).rejects.toMatchObject({ code: "AGENT_ELSEWHERE" });
    expect(fleet.identity.registry.agent("named")?.school).toBe(OTHER_SCHOOL);
  });

  it("does not enrol somebody else's key", async () => {
    const code = await fleet.code();
    const victim = new Machine();
    const stolen = { ...new Machine().enrolRequest(code), publicKey: victim.publicKey };
    await expect(fleet.identity.enrolment.enrol(stolen, FROM)).rejects.toMatchObject({ code: "KEY_NOT_PROVED" });
    await expect(enrol(victim, code)).resolves.toMatchObject({ agent: "gw" });
  });
});

describe("who guesses codes", () => {
  const guess = (from: string) => enrol(new Machine(), "0000-1111-2222-3333", from);

  it("gets ten tries from one address, then waits, also with a right code; others do not wait", async () => {
    const right = await fleet.code();
    for (let i = 0; i < 10; i += 1) await expect(guess(FROM)).rejects.toMatchObject({ code: "CODE_UNKNOWN" });
    await expect(enrol(new Machine(), right)).rejects.toMatchObject({ code: "TOO_MANY_TRIES", retryAfterSeconds: 600 });
    expect(fleet.identity.enrolment.guesses.refused).toBe(1);
    await expect(enrol(new Machine(), right, "192.0.2.8")).resolves.toMatchObject({ agent: "gw" });
    fleet.nowMs += 600_000;
    await expect(guess(FROM)).rejects.toMatchObject({ code: "CODE_UNKNOWN" });
  });

  it("from many addresses gets a hundred tries together", async () => {
    for (let i = 0; i < 100; i += 1) await expect(guess(`10.0.0.${i}`)).rejects.toMatchObject({ code: "CODE_UNKNOWN" });
    await expect(guess("10.0.1.1")).rejects.toMatchObject({ code: "TOO_MANY_TRIES" });
  });
});

describe("an agent that is enrolled again", () => {
  it("keeps its name and speaks with its new key only", async () => {
    const [before, after] = [new Machine(), new Machine()];
    await fleet.enrol(before);
    await fleet.take(before.delivery("gw", 1, START_MS));
    await expect(fleet.enrol(after, "gw")).resolves.toMatchObject({ agent: "gw", key: after.keyId });
    await expect(fleet.take(before.delivery("gw", 2, START_MS + 1))).rejects.toMatchObject({ code: "KEY_UNKNOWN" });
    await expect(fleet.take(after.delivery("gw", 2, START_MS + 2))).resolves.toBe("stored");
    expect(await fleet.events("gw")).toEqual(["KEY_UNKNOWN", "ENROLLED_AGAIN", "CODE_MADE", "ENROLLED"]);
  });

  it("after it was revoked may speak again", async () => {
    const [before, after] = [new Machine(), new Machine()];
    await fleet.enrol(before);
    await fleet.identity.enrolment.revoke("gw", "stolen", FROM);
    await fleet.reopen();
    await expect(fleet.take(before.delivery("gw", 1, START_MS))).rejects.toMatchObject({
      code: "AGENT_REVOKED",
      message: expect.stringContaining("stolen"),
    });
    await fleet.enrol(after, "gw");
    await expect(fleet.take(after.delivery("gw", 1, START_MS))).resolves.toBe("stored");
    await expect(fleet.take(before.delivery("gw", 2, START_MS))).rejects.toMatchObject({ code: "KEY_UNKNOWN" });
  });
});
