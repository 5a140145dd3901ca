import { describe, expect, it } from "vitest";
import {
  DECLARABLE,
  DECLARED_CAPABILITIES,
  type Declaration,
  type DeclaringScope,
  isDeclarable,
  rulesOf,
  ZERO_CLASSES,
} from "../../contract/declared.ts";
import { INDICATORS, isIndicatorId } from "../score/indicators/catalogue.ts";
import { DECLARED_RATES, LISTED_COUNTS } from "../score/indicators/declared.ts";
import { TERMINAL_CLASSES } from "../score/indicators/iot.ts";
import { DATA_SECURITY_CAPABILITIES } from "../score/indicators/security.ts";
import { declarationProblems } from "./check.ts";
import { COUNTY, NO_FILE, rateOf, SCHOOL, TODAY } from "./declared-suite.ts";

const FILE = "a".repeat(64);
const SCOPES = new Map<string, DeclaringScope>([
  [SCHOOL, "school"],
  [COUNTY, "region"],
  ["zone-1", "zone"],
  ["mountain26", "group"],
]);
const context = {
  today: TODAY,
  scopeKindOf: (scope: string) => SCOPES.get(scope),
  isUploaded: (sha256: string) => sha256 !== NO_FILE,
};
const pathsOf = (declaration: Declaration) => declarationProblems(declaration, context).map(({ path }) => path);
/** Without what belongs to a rate. */
function declaration(rest: Partial<Declaration>): Declaration {
  const { numerator: _numerator, denominator: _denominator, ...base } = rateOf(FILE);
  return { ...base, ...rest };
}
const system = (id: string, assessedUntil?: string) => ({
  id,
  graded: true,
  filed: true,
  ...(assessedUntil && { assessedUntil }),
});

describe("what may be declared", () => {
  it("is in the catalogue, and what the catalogue calls declared alone may be", () => {
    expect(Object.keys(DECLARABLE).filter((id) => !isIndicatorId(id))).toEqual([]);
    const declaredAlone = Object.entries(INDICATORS).filter(([, { source }]) => source === "D");
    expect(declaredAlone.map(([id]) => id).filter((id) => !isDeclarable(id))).toEqual([]);
  });

  it("has the rates, counts, capabilities and classes that the indicators know", () => {
    expect(DECLARED_RATES.filter((id) => !rulesOf(id).every(({ kind }) => kind === "rate"))).toEqual([]);
    expect(LISTED_COUNTS.filter((id) => !rulesOf(id).every(({ kind }) => kind === "count"))).toEqual([]);
    expect(DECLARED_CAPABILITIES).toEqual(DATA_SECURITY_CAPABILITIES);
    expect(TERMINAL_CLASSES).toEqual([...ZERO_CLASSES, "other"]);
  });
});

describe("a declaration", () => {
  it.each<{ case: string; it: Declaration }>([
    { case: "a rate", it: rateOf(FILE) },
    { case: "a rate of a county", it: rateOf(FILE, { scope: COUNTY }) },
    { case: "a rate of a group", it: rateOf(FILE, { scope: "mountain26", numerator: 0 }) },
    { case: "a rate that is all", it: rateOf(FILE, { numerator: 10 }) },
    { case: "an attested school", it: declaration({ indicator: "SMART_RATE", kind: "flag", holds: true }) },
    { case: "one attested not to be", it: declaration({ indicator: "SMART_RATE", kind: "flag", holds: false }) },
    { case: "a zero of a class", it: declaration({ indicator: "IOT_INTEGRATION", kind: "zero", part: "door" }) },
    { case: "no website", it: declaration({ indicator: "IPV6_WEB", kind: "zero" }) },
    {
      case: "a named pilot",
      it: declaration({ indicator: "PILOT_COUNT", kind: "count", scope: COUNTY, part: "省级试点", count: 0 }),
    },
    {
      case: "drills of a day",
      it: declaration({ indicator: "DRILL_COUNT", kind: "count", part: "2026-09-01", count: 2 }),
    },
    { case: "no drill", it: declaration({ indicator: "DRILL_COUNT", kind: "zero" }) },
    { case: "a signed list of spaces", it: declaration({ indicator: "SPACE_COUNT", kind: "list", scope: "zone-1" }) },
    {
      case: "a list of systems",
      it: declaration({ indicator: "MLPS_FILED", kind: "list", systems: [system("oa"), system("web", "2027-01-01")] }),
    },
    {
      case: "a capability",
      it: rateOf(FILE, { indicator: "DATA_SEC_CAP", part: "masking" }),
    },
    { case: "signed today", it: rateOf(FILE, { signedOn: "2026-09-07" }) },
    { case: "with the longest end", it: rateOf(FILE, { validTo: "2027-10-06" }) },
    { case: "for one day", it: rateOf(FILE, { validFrom: "2026-09-03", validTo: "2026-09-03" }) },
  ])("is taken: $case", ({ it: wish }) => {
    expect(declarationProblems(wish, context)).toEqual([]);
  });

  it.each<{ case: string; it: Declaration; paths: string[] }>([
    { case: "an unknown scope", it: rateOf(FILE, { scope: "9" }), paths: ["scope"] },
    { case: "an unknown indicator", it: rateOf(FILE, { indicator: "LUCK" }), paths: ["indicator"] },
    { case: "a measured indicator", it: rateOf(FILE, { indicator: "AVAIL" }), paths: ["indicator"] },
    {
      case: "the name of something else of JavaScript",
      it: rateOf(FILE, { indicator: "toString" }),
      paths: ["indicator"],
    },
    { case: "another kind", it: rateOf(FILE, { kind: "flag" }), paths: ["kind"] },
    {
      case: "a school's figure for a county",
      it: declaration({ indicator: "SMART_RATE", kind: "flag", holds: true, scope: COUNTY }),
      paths: ["scope"],
    },
    { case: "more than all", it: rateOf(FILE, { numerator: 11 }), paths: ["numerator"] },
    { case: "a share of nothing", it: rateOf(FILE, { numerator: 0, denominator: 0 }), paths: ["denominator"] },
    { case: "a rate without numbers", it: declaration({}), paths: ["numerator", "denominator"] },
    { case: "a rate with a count", it: rateOf(FILE, { count: 1 }), paths: ["count"] },
    { case: "a flag that says nothing", it: declaration({ indicator: "SMART_RATE", kind: "flag" }), paths: ["holds"] },
    {
      case: "a part of what has none",
      it: rateOf(FILE, { part: "half" }),
      paths: ["part"],
    },
    { case: "no part", it: declaration({ indicator: "IOT_INTEGRATION", kind: "zero" }), paths: ["part"] },
    {
      case: "an unknown part",
      it: declaration({ indicator: "IOT_INTEGRATION", kind: "zero", part: "other" }),
      paths: ["part"],
    },
    {
      case: "a drill on no day",
      it: declaration({ indicator: "DRILL_COUNT", kind: "count", part: "2026-02-30", count: 1 }),
      paths: ["part"],
    },
    {
      case: "a drill after the signature, of which there was none",
      it: declaration({ indicator: "DRILL_COUNT", kind: "count", part: "2026-09-02", count: 0 }),
      paths: ["part", "count"],
    },
    {
      case: "an empty list",
      it: declaration({ indicator: "MLPS_FILED", kind: "list", systems: [] }),
      paths: ["systems"],
    },
    {
      case: "a system twice, and no day",
      it: declaration({ indicator: "MLPS_FILED", kind: "list", systems: [system("oa", "soon"), system("oa")] }),
      paths: ["systems[0].assessedUntil", "systems[1].id"],
    },
    { case: "a signature of tomorrow", it: rateOf(FILE, { signedOn: "2026-09-08" }), paths: ["signedOn"] },
    {
      case: "days that do not exist",
      it: rateOf(FILE, { signedOn: "2026-02-29", validTo: "2026-13-01" }),
      paths: ["signedOn", "validTo"],
    },
    { case: "an end before its begin", it: rateOf(FILE, { validTo: "2026-08-31" }), paths: ["validTo"] },
    { case: "an end beyond 400 days", it: rateOf(FILE, { validTo: "2027-10-07" }), paths: ["validTo"] },
    { case: "a begin beyond 400 days", it: rateOf(FILE, { validFrom: "2027-10-07" }), paths: ["validFrom"] },
    { case: "no attachment", it: rateOf(FILE, { attachments: [] }), paths: ["attachments"] },
    { case: "a file that was not uploaded", it: rateOf(NO_FILE), paths: ["attachments[0].sha256"] },
    {
      case: "a file twice",
      it: rateOf(FILE, { attachments: [{ sha256: FILE }, { sha256: FILE }] }),
      paths: ["attachments[1].sha256"],
    },
  ])("is refused: $case", ({ it: wish, paths }) => {
    expect(pathsOf(wish)).toEqual(paths);
  });

  it("is told everything that is wrong at once", () => {
    const wish = rateOf(NO_FILE, { scope: "9", signedOn: "2026-09-08", numerator: 11, part: "half" });
    expect(pathsOf(wish)).toEqual(["scope", "signedOn", "attachments[0].sha256", "part", "numerator"]);
  });
});
