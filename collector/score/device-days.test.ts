import { describe, expect, it } from "vitest";
import { dayOf } from "../inventory/day.ts";
import { device, film, isBlind, judge, ONE_ROOM, sees, slotBegins } from "./campus-suite.ts";

const FIRST = dayOf("2026-09-07");
const of = (strip: readonly (readonly [string, number])[], campus = ONE_ROOM) =>
  judge(campus, film({ ap: strip })).deviceDays.of("ap");

describe("a device day by day", () => {
  it.each([
    {
      what: "seen once",
      strip: [
        ["u", 1],
        ["d", 95],
      ],
      seen: true,
      watched: true,
      unknownSlots: 0,
    },
    { what: "only ever down", strip: [["d", 96]], seen: false, watched: true, unknownSlots: 0 },
    { what: "never asked by an agent that sees", strip: [["x", 96]], seen: false, watched: true, unknownSlots: 96 },
    {
      what: "watched for one slot",
      strip: [
        ["x", 1],
        ["o", 95],
      ],
      seen: false,
      watched: true,
      unknownSlots: 96,
    },
    { what: "without an agent", strip: [["o", 96]], seen: false, watched: false, unknownSlots: 96 },
    { what: "with a blind agent", strip: [["b", 96]], seen: false, watched: false, unknownSlots: 96 },
    {
      what: "partly known",
      strip: [
        ["u", 50],
        ["o", 46],
      ],
      seen: true,
      watched: true,
      unknownSlots: 46,
    },
  ] as const)("$what", ({ strip, seen, watched, unknownSlots }) => {
    const days = of(strip);
    expect(days).toHaveLength(20);
    expect(days[0]).toEqual({ day: FIRST, seen, watched, expectedSlots: 96, unknownSlots });
    expect(days[1]).toEqual({
      day: (FIRST ?? 0) + 1,
      seen: false,
      watched: false,
      expectedSlots: 96,
      unknownSlots: 96,
    });
  });

  it("that is off on demand was watched, and neither seen nor known", () => {
    const campus = { ...ONE_ROOM, devices: [device("ap", { expectedOn: "on_demand" })] };
    expect(of([["d", 96]], campus)[0]).toMatchObject({ seen: false, watched: true, unknownSlots: 96 });
  });

  it("is not watched by an agent that never tested itself, and not by another segment's test", () => {
    const begins = slotBegins().slice(0, 96);
    const alive = begins.map((atMs) => ({ metric: "agent_spool_bytes" as const, device: "gw-1", atMs, value: 0 }));
    const elsewhere = begins.map((atMs) => ({ ...sees(atMs), instance: "wifi" }));
    for (const samples of [alive, elsewhere, begins.map(isBlind)]) {
      expect(judge(ONE_ROOM, samples).deviceDays.of("ap")[0]).toMatchObject({ watched: false });
    }
  });

  it("leaves maintenance out of what is expected", () => {
    const begins = slotBegins();
    const maintenance = [{ device: "ap", fromMs: begins[0] ?? 0, toMs: begins[40] ?? 0, enteredAtMs: 0 }];
    const { deviceDays } = judge(ONE_ROOM, film({ ap: [["u", 96]] }), { maintenance });
    expect(deviceDays.of("ap")[0]).toMatchObject({ seen: true, expectedSlots: 56, unknownSlots: 0 });
  });

  it("is nothing for a device that the school does not have", () => {
    expect(judge(ONE_ROOM, []).deviceDays.of("nobody's")).toEqual([]);
  });
});
