import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FleetUnderTest, FROM, SCHOOL, START_MS } from "./fleet-suite.ts";

let fleet: FleetUnderTest;
beforeEach(async () => {
  fleet = await new FleetUnderTest().open();
});
afterEach(() => fleet.close());

const note = (agent: string | undefined, address = FROM) =>
  fleet.identity.events.note({
    ...(agent === undefined ? { claimed: "somebody" } : { agent, school: SCHOOL }),
    kind: "SIGNATURE_INVALID",
    address,
    text: "the signature is not right",
  });
const rows = async () => Number((await fleet.state.rows("SELECT count(*) AS n FROM fleet_event"))[0]?.n);

describe("events of the fleet", () => {
  it("say when, who, what, from where, and how often", async () => {
    note("gw");
    fleet.nowMs += 59_999;
    note("gw");
    note("gw", "192.0.2.8");
    fleet.nowMs += 2;
    note("gw");
    const about = { agent: "gw", school: SCHOOL, kind: "SIGNATURE_INVALID", text: "the signature is not right" };
    expect(await fleet.identity.events.of("gw", 10)).toEqual([
      { ...about, atMs: START_MS + 60_001, address: FROM, count: 1 },
      { ...about, atMs: START_MS + 59_999, address: "192.0.2.8", count: 1 },
      { ...about, atMs: START_MS, address: FROM, count: 2 },
    ]);
  });

  it("are there after a restart, with their counts", async () => {
    for (let i = 0; i < 7; i += 1) note("gw");
    await fleet.reopen();
    expect(await fleet.events("gw")).toEqual(["SIGNATURE_INVALID × 7"]);
  });

  it("of senders that nobody enrolled are kept together beyond a hundred addresses a minute", async () => {
    for (let i = 0; i < 500; i += 1) note(undefined, `2001:db8::${i}`);
    const found = await fleet.identity.events.newest(1_000);
    expect(found).toHaveLength(101);
    expect(found[0]).toMatchObject({ address: "several", count: 400 });
    expect(found[1]).toMatchObject({ claimed: "somebody", address: "2001:db8::99", count: 1 });
  });

  it("are bounded: of one agent some 200 stay, the newest", async () => {
    for (let i = 0; i < 450; i += 1) {
      note("gw");
      fleet.nowMs += 60_001;
    }
    await fleet.identity.events.flush();
    expect(await rows()).toBeLessThanOrEqual(300);
    const [newest] = await fleet.identity.events.of("gw", 1);
    expect(newest?.atMs).toBe(START_MS + 449 * 60_001);
  });

  it("that cannot be kept do not stop the refusal", async () => {
    await fleet.state.close();
    note("gw");
    await expect(fleet.identity.events.flush()).resolves.toBeUndefined();
    await fleet.open();
  });
});
