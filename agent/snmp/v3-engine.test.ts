import { beforeEach, describe, expect, it } from "vitest";
import { RemoteEngine } from "./v3-engine.ts";

const ID = Buffer.from("engine-1");
let nowMs: number;
let engine: RemoteEngine;
beforeEach(() => {
  nowMs = 5_000;
  engine = new RemoteEngine({ name: "u", auth: { protocol: "sha1", password: "12345678" } }, () => nowMs);
  engine.found(ID, { boots: 3, time: 1_000 });
});

describe("what is known of an engine", () => {
  it("goes on with our clock between messages", () => {
    nowMs += 61_999;
    expect(engine.now()).toEqual({ boots: 3, time: 1_061 });
  });

  it("never counts beyond what the protocol can carry", () => {
    engine.corrected({ boots: 3, time: 2 ** 31 - 2 }, true);
    nowMs += 60_000;
    expect(engine.now().time).toBe(2 ** 31 - 1);
  });

  it("takes a clock that nothing proves only as long as there is no proven one", () => {
    engine.found(ID, { boots: 9, time: 9 });
    expect(engine.now()).toEqual({ boots: 9, time: 9 });
    engine.takeAuthentic({ boots: 9, time: 20 });
    engine.found(ID, { boots: 99, time: 99 });
    expect(engine.now()).toEqual({ boots: 9, time: 20 });
  });

  it.each([
    { clock: { boots: 3, time: 1_500 }, isTaken: true, what: "later" },
    { clock: { boots: 4, time: 0 }, isTaken: true, what: "of a later start" },
    { clock: { boots: 3, time: 950 }, isTaken: true, what: "150 s behind" },
    { clock: { boots: 3, time: 949 }, isTaken: false, what: "more than 150 s behind" },
    { clock: { boots: 2, time: 5_000 }, isTaken: false, what: "of an earlier start" },
  ])("has a message $what taken: $isTaken", ({ clock, isTaken }) => {
    engine.takeAuthentic({ boots: 3, time: 1_000 });
    nowMs += 100_000;
    expect(engine.takeAuthentic(clock)).toBe(isTaken);
  });

  it("is not held back by a replayed message of the highest time seen", () => {
    engine.takeAuthentic({ boots: 3, time: 1_000 });
    nowMs += 100_000;
    engine.takeAuthentic({ boots: 3, time: 1_000 });
    expect(engine.now().time).toBe(1_100);
  });

  it("takes the first proven clock, whatever was said before without proof", () => {
    engine.found(ID, { boots: 900, time: 9 });
    expect(engine.takeAuthentic({ boots: 3, time: 1_000 })).toBe(true);
    expect(engine.now()).toEqual({ boots: 3, time: 1_000 });
  });

  it("takes nothing of an engine that has counted its starts to the end (RFC 3414 section 2.2.2)", () => {
    expect(engine.takeAuthentic({ boots: 2 ** 31 - 1, time: 1_000 })).toBe(false);
    expect(engine.takeAuthentic({ boots: 2 ** 31 - 2, time: 1_000 })).toBe(true);
    expect(engine.takeAuthentic({ boots: 2 ** 31 - 1, time: 1_001 })).toBe(false);
  });

  it("begins anew with another id", () => {
    engine.takeAuthentic({ boots: 3, time: 1_000 });
    const key = engine.keys.auth?.key;
    expect(engine.found(Buffer.from("engine-2"), { boots: 1, time: 1 })).toEqual(ID);
    expect(engine.now()).toEqual({ boots: 1, time: 1 });
    expect(engine.keys.auth?.key).not.toEqual(key);
    expect(engine.found(Buffer.from("engine-2"), { boots: 1, time: 1 })).toBeUndefined();
  });
});
