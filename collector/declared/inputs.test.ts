import { describe, expect, it } from "vitest";
import { dataSecurityCapabilities, drillCount, mlpsFiled } from "../score/indicators/security.ts";
import { plain } from "../score/indicators/value.ts";
import { entryOf, TODAY } from "./declared-suite.ts";
import type { DeclaredEntry } from "./entry.ts";
import {
  attestationOf,
  attestedZeros,
  capabilityTallies,
  declaredRateOf,
  drillsOf,
  hasNoWebsite,
  listedCountOf,
  spaceListSigned,
  systemList,
} from "./inputs.ts";
import { standingsOn } from "./standing.ts";

const on = (entries: DeclaredEntry[], day = TODAY, isThere = () => true) => standingsOn(entries, day, isThere);
/** An entry without what belongs to a rate. */
function of(indicator: string, rest: Partial<DeclaredEntry>): DeclaredEntry {
  const { numerator: _numerator, denominator: _denominator, ...base } = entryOf({ indicator });
  return { ...base, ...rest };
}

describe("a declared rate", () => {
  it("is that of the newest signature, exactly", () => {
    const entries = [entryOf({ numerator: 1, denominator: 3 }), entryOf({ numerator: 2, signedOn: "2026-08-01" })];
    const value = declaredRateOf("CIO_RATE", on(entries), TODAY);
    expect(plain(value)).toMatchObject({ value: 1 / 3, numerator: 1, denominator: 3 });
    expect(value).toMatchObject({ enough: true, evidence: "D", reasons: [] });
  });

  it.each([
    { case: "nothing was entered", standings: on([]), reasons: [{ reason: "no_entry", count: 1 }] },
    {
      case: "it is too old",
      standings: on([entryOf()], TODAY + 395),
      reasons: [{ reason: "entry_expired", count: 1 }],
    },
    {
      case: "it ended before, though it is not old",
      standings: on([entryOf({ validTo: "2026-09-06" })]),
      reasons: [{ reason: "entry_expired", count: 1 }],
    },
    {
      case: "its file is gone",
      standings: on([entryOf()], TODAY, () => false),
      reasons: [{ reason: "no_attachment", count: 1 }],
    },
  ])("is insufficient, and never zero, when $case", ({ standings, reasons }) => {
    const value = declaredRateOf("CIO_RATE", standings, TODAY);
    expect(value).toMatchObject({ enough: false, reasons });
    expect(plain(value)).toEqual({ lo: 0, hi: 1 });
  });
});

describe("a listed count", () => {
  const pilots = [
    of("PILOT_COUNT", { kind: "count", part: "a", count: 3 }),
    of("PILOT_COUNT", { kind: "count", part: "b", count: 4 }),
  ];
  it("is of one kind or of all", () => {
    expect(plain(listedCountOf("PILOT_COUNT", on(pilots), "b"))).toEqual({ value: 4, lo: 4, hi: 4 });
    expect(plain(listedCountOf("PILOT_COUNT", on(pilots)))).toEqual({ value: 7, lo: 7, hi: 7 });
  });

  it("without a list is not zero: nothing bounds it above", () => {
    const value = listedCountOf("PILOT_COUNT", on([]));
    expect([plain(value), value.reasons]).toEqual([{ lo: 0 }, [{ reason: "no_entry", count: 1 }]]);
  });
});

describe("attestations", () => {
  it("say yes, no, or nothing", () => {
    const attested = (holds: boolean) => on([of("SMART_RATE", { kind: "flag", holds })]);
    expect(attestationOf("SMART_RATE", attested(true))).toBe(true);
    expect(attestationOf("SMART_RATE", attested(false))).toBe(false);
    expect(attestationOf("SMART_RATE", on([]))).toBeUndefined();
  });

  it("of zero name the classes, the website, the list", () => {
    const zeros = ["door", "appliance"].map((part) => of("IOT_INTEGRATION", { kind: "zero", part }));
    expect([...attestedZeros(on(zeros))]).toEqual(["door", "appliance"]);
    expect([hasNoWebsite(on([of("IPV6_WEB", { kind: "zero" })])), hasNoWebsite(on([]))]).toEqual([true, false]);
    expect([spaceListSigned(on([of("SPACE_COUNT", { kind: "list" })])), spaceListSigned(on([]))]).toEqual([
      true,
      false,
    ]);
  });
});

describe("the list of systems", () => {
  it("gives MLPS_FILED what it needs", () => {
    const systems = [
      { id: "oa", graded: true, filed: true, assessedUntil: "2026-09-07" },
      { id: "web", graded: true, filed: true, assessedUntil: "2026-09-06" },
      { id: "new", graded: true, filed: false },
    ];
    const list = systemList(on([of("MLPS_FILED", { kind: "list", systems })]));
    expect(plain(mlpsFiled(list.systems, list.listSigned, TODAY))).toMatchObject({ numerator: 1, denominator: 3 });
    expect(systemList(on([]))).toEqual({ systems: [], listSigned: false });
  });
});

describe("drills", () => {
  const drill = (part: string, count = 1) => of("DRILL_COUNT", { kind: "count", part, count, signedOn: "2026-09-01" });

  it("count by day, with those whose record is gone as a bound", () => {
    const gone = { ...drill("2026-05-01"), attachments: [{ name: "x", mediaType: "x", sha256: "b", bytes: 1 }] };
    const standings = on([drill("2026-03-01", 2), gone], TODAY, (sha256?: string) => sha256 !== "b");
    expect(plain(drillCount(drillsOf(standings), TODAY).drills)).toEqual({ value: 2, lo: 2, hi: 3 });
  });

  it("none declared is zero, nothing declared is not known", () => {
    const none = on([of("DRILL_COUNT", { kind: "zero" })]);
    expect(plain(drillCount(drillsOf(none), TODAY).drills)).toEqual({ value: 0, lo: 0, hi: 0 });
    expect(plain(drillCount(drillsOf(on([])), TODAY).drills)).toEqual({ lo: 0 });
  });
});

describe("capabilities", () => {
  it("are one by one; one that nobody declared is unknown for every system", () => {
    const { systems, listSigned } = capabilityTallies(
      on([entryOf({ indicator: "DATA_SEC_CAP", part: "masking", numerator: 3, denominator: 4 })]),
    );
    const values = dataSecurityCapabilities(systems, listSigned);
    expect(plain(values.masking)).toMatchObject({ value: 0.75 });
    expect([values.encryption.enough, values.encryption.reasons]).toEqual([
      false,
      [{ reason: "unknown_item", count: 4 }],
    ]);
    const none = capabilityTallies(on([]));
    expect(dataSecurityCapabilities(none.systems, none.listSigned).masking).toMatchObject({ enough: false });
  });
});
