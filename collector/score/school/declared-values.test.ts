// What a school declares, and its security and docking.
import { describe, expect, it } from "vitest";
import type { DeclaredEntry } from "../../declared/entry.ts";
import { AS_OF, film, ONE_ROOM } from "../campus-suite.ts";
import { plain } from "../indicators/value.ts";
import { feedSchool } from "./feed.ts";
import { entry, FULL_CAMPUS, fed, feedInput, figureIn, measuredOf } from "./feed-suite.ts";

const HOUR = 3_600_000;
const rate = (changes: Partial<DeclaredEntry>) => [
  entry("CIO_RATE", "rate", { numerator: 3, denominator: 4, ...changes }),
];

describe("a declared rate", () => {
  it.each([
    { signedOn: "2025-08-27", enough: false },
    { signedOn: "2025-08-28", enough: true },
    { signedOn: "2026-10-02", enough: true },
    { signedOn: "2026-10-03", enough: false },
  ])("that was signed on $signedOn is printed: $enough", ({ signedOn, enough }) => {
    expect(fed("CIO_RATE", { declared: rate({ signedOn, validFrom: signedOn }) }).enough).toBe(enough);
  });

  it("without its attachment is not known, and says why", () => {
    const value = fed("CIO_RATE", { declared: rate({}), isThere: () => false });
    expect(value).toMatchObject({ enough: false, reasons: [{ reason: "no_attachment", count: 1 }] });
    expect(plain(value)).toMatchObject({ lo: 0, hi: 1 });
  });

  it("of another scope says nothing of the school", () => {
    expect(fed("CIO_RATE", { declared: rate({ scope: "330106" }) }).reasons).toEqual([
      { reason: "no_entry", count: 1 },
    ]);
  });
});

describe("an attestation", () => {
  it.each(["SMART_RATE", "ALL_OPTICAL_COUNT"] as const)(
    "of %s may say yes or no, and says nothing when it is not there",
    (id) => {
      expect(plain(fed(id, { declared: [entry(id, "flag", { holds: true })] })).value).toBe(1);
      expect(plain(fed(id, { declared: [entry(id, "flag", { holds: false })] })).value).toBe(0);
      expect(fed(id, { declared: [] })).toMatchObject({ enough: false, reasons: [{ reason: "no_entry", count: 1 }] });
    },
  );
});

describe("SEC_POSTURE", () => {
  it("knows of the agents' clocks only, which leaves its interval", () => {
    const clock = (seconds: number) =>
      fed("SEC_POSTURE", { measured: measuredOf({ agentClocks: new Map([["gw-1", seconds]]) }) });
    expect(plain(clock(1))).toMatchObject({ lo: 5, hi: 100, denominator: 5 });
    expect(plain(clock(1.001))).toMatchObject({ lo: 0, hi: 95 });
    const unread = fed("SEC_POSTURE", { measured: undefined });
    expect(unread.enough).toBe(false);
    expect(plain(unread)).toMatchObject({ lo: 0, hi: 100 });
  });
});

describe("DOCKING_STATUS", () => {
  const silent = { campus: ONE_ROOM, samples: [], declared: [] };
  const bare = () => {
    const { lastReadingMs: _, delivery: _d, ...measured } = measuredOf();
    return measured;
  };

  it.each([
    { agoMs: 24 * HOUR, value: 1 },
    { agoMs: 24 * HOUR + 1, value: 0.5 },
    { agoMs: 7 * 24 * HOUR, value: 0.5 },
    { agoMs: 7 * 24 * HOUR + 1, value: 0.25 },
  ])("$agoMs ms after the newest reading is $value", ({ agoMs, value }) => {
    const measured = { ...bare(), lastReadingMs: AS_OF - agoMs };
    expect(plain(fed("DOCKING_STATUS", { ...silent, measured })).value).toBe(value);
  });

  it("does not call stale what nobody looked up since", () => {
    const samples = film({
      ap: [
        ["u", 1800],
        ["o", 120],
      ],
    });
    expect(fed("DOCKING_STATUS", { ...silent, samples, measured: undefined })).toMatchObject({ enough: false });
    expect(plain(fed("DOCKING_STATUS", { ...silent, samples, measured: bare() })).value).toBe(0.5);
  });

  it("takes what the judgement saw for delivered, without any question to the store", () => {
    expect(plain(fed("DOCKING_STATUS", { measured: undefined })).value).toBe(1);
  });

  it("of an agent that never delivered is configured, of no agent 0, and not known while nobody looked", () => {
    expect(plain(fed("DOCKING_STATUS", { ...silent, measured: bare() })).value).toBe(0.25);
    expect(plain(fed("DOCKING_STATUS", { ...silent, measured: bare(), hasAgent: false })).value).toBe(0);
    expect(fed("DOCKING_STATUS", { ...silent, measured: undefined })).toMatchObject({ enough: false });
  });

  it("without an agent is configured where somebody attests a connection", () => {
    const declared = [entry("DOCKING_STATUS", "flag", { holds: true })];
    expect(plain(fed("DOCKING_STATUS", { ...silent, declared, measured: bare(), hasAgent: false })).value).toBe(0.25);
  });
});

describe("security that is declared", () => {
  it("counts systems that are graded, filed and assessed in date on the signed list", () => {
    const system = { graded: true, filed: true };
    const declared = [
      entry("MLPS_FILED", "list", {
        systems: [
          { id: "in date", ...system, assessedUntil: "2026-10-02" },
          { id: "over", ...system, assessedUntil: "2026-10-01" },
        ],
      }),
    ];
    expect(plain(fed("MLPS_FILED", { declared }))).toMatchObject({ value: 0.5, denominator: 2 });
    expect(fed("MLPS_FILED", { declared: [] }).enough).toBe(false);
  });

  it.each([
    { day: "2025-10-02", drills: 0 },
    { day: "2025-10-03", drills: 1 },
  ])("counts a drill of $day as $drills", ({ day, drills }) => {
    const declared = [
      entry("DRILL_COUNT", "count", { part: day, count: 1, signedOn: "2026-01-01", validFrom: "2026-01-01" }),
    ];
    expect(plain(fed("DRILL_COUNT", { declared })).value).toBe(drills);
  });

  it("shows data security capability by capability, without a figure of all", () => {
    const value = fed("DATA_SEC_CAP");
    expect(value.value).toBeUndefined();
    expect(value.parts.find(({ id }) => id === "masking")?.value?.toNumber()).toBe(0.5);
    expect(value.parts.find(({ id }) => id === "watermark")).toMatchObject({ reason: "unknown_item", whole: 2 });
  });
});

describe("the kinds of evidence", () => {
  it("a declaration never changes what is measured", () => {
    const declared = [entry("WIFI_FULL", "flag", { holds: false }), entry("SMART_RATE", "flag", { holds: true })];
    const changed = feedSchool(feedInput({ campus: FULL_CAMPUS, declared }));
    const without = feedSchool(feedInput({ campus: FULL_CAMPUS, declared: [] }));
    for (const id of ["WIFI_FULL", "WIFI_COVER", "SMART_READY", "AVAIL"] as const) {
      expect(plain(figureIn(changed, id))).toEqual(plain(figureIn(without, id)));
    }
  });
});
