// What a school's result holds, beside what the catalogue says of each indicator.
import { describe, expect, it } from "vitest";
import { rulesOf } from "../../../contract/declared.ts";
import { listedCountOf } from "../../declared/inputs.ts";
import { standingsOn } from "../../declared/standing.ts";
import { AS_OF, film, ONE_ROOM } from "../campus-suite.ts";
import { INDICATORS, type IndicatorId, isIndicatorId } from "../indicators/catalogue.ts";
import { LISTED_COUNTS } from "../indicators/declared.ts";
import type { IndicatorSpec } from "../indicators/spec.ts";
import { type IndicatorValue, plain } from "../indicators/value.ts";
import { feedSchool, SCHOOL_INDICATORS, unusedDevices } from "./feed.ts";
import { entry, FULL_CAMPUS, feedInput, figureIn, LAST_DAY, owned } from "./feed-suite.ts";
import { pool } from "./pool.ts";

const specOf = (id: IndicatorId): IndicatorSpec => INDICATORS[id];
const full = feedSchool(feedInput());
/** What stands against a school is known of one that has not confirmed its inventory. */
const unconfirmed = feedSchool(feedInput({ campus: { ...FULL_CAMPUS, unconfirmed: true } }));
const nothing = feedSchool(
  feedInput({ campus: { devices: [], venues: [] }, samples: [], declared: [], measured: undefined }),
);

const isObservable = ({ reasons }: IndicatorValue) => !reasons.some(({ reason }) => reason === "not_observable");

describe("a school's result", () => {
  it("has every indicator of the catalogue that speaks of a school, and no other", () => {
    const ofSchools = Object.keys(INDICATORS).filter((id) => isIndicatorId(id) && specOf(id).level === "school");
    expect([...full.indicators.keys()]).toEqual(ofSchools);
    expect([...nothing.indicators.keys()]).toEqual(ofSchools);
  });

  it.each(SCHOOL_INDICATORS)("feeds %s exactly when the catalogue says that it can be observed", (id) => {
    const { observable } = specOf(id);
    expect(isObservable(figureIn(full, id))).toBe(observable.now);
    const prints = observable.now && observable.intervalOnly !== true;
    expect(figureIn(id === "SMART_READY" ? unconfirmed : full, id).enough).toBe(prints);
  });

  it.each(SCHOOL_INDICATORS.filter((id) => specOf(id).observable.now))(
    "does not make a zero of %s when nothing is known, registered or declared",
    (id) => {
      const value = figureIn(nothing, id);
      // A school without a device and an agent is known not to be watched and to deliver nothing, and its own code is valid.
      const known: IndicatorId[] = ["SCHOOL_MONITORED_RATE", "CODE_VALID_RATE"];
      if (known.includes(id)) return;
      expect([id, value.enough, plain(value).value]).toEqual([id, false, undefined]);
      expect(value.reasons.length).toBeGreaterThan(0);
    },
  );

  it("leaves to groups what is theirs: made from their schools, or declared of them", () => {
    const ofGroups = Object.keys(INDICATORS).filter((id) => isIndicatorId(id) && specOf(id).level === "group");
    const fedNow = ofGroups.filter((id) => isIndicatorId(id) && specOf(id).observable.now);
    expect(fedNow).toEqual(["WIFI_FULL_SHARE", "IPV6_SINGLE_STACK", ...LISTED_COUNTS]);
    expect(rulesOf("IPV6_SINGLE_STACK").map(({ kind }) => kind)).toEqual(["count"]);
    expect(plain(pool("WIFI_FULL_SHARE", [figureIn(full, "WIFI_FULL")]))).toMatchObject({ value: 1 });
    for (const id of LISTED_COUNTS) {
      const declared = [entry(id, "count", { scope: "330106", count: 2 })];
      const standings = standingsOn(declared, LAST_DAY, () => true);
      expect(plain(listedCountOf(id, standings)).value).toBe(2);
    }
  });

  it("says of what nothing feeds that it cannot be observed, without any number", () => {
    for (const id of SCHOOL_INDICATORS.filter((one) => !specOf(one).observable.now)) {
      expect(plain(figureIn(full, id))).toEqual({});
    }
  });

  it("makes the scorecard from the same values", () => {
    const { card } = full;
    const parts = new Map(card.dimensions.flatMap(({ parts: all }) => all.map((part) => [part.id, part])));
    expect(parts.get("WIFI_COVER")).toMatchObject({ state: "known", evidence: ["M", "I"] });
    expect(parts.get("NET_QUALITY")).toMatchObject({ state: "insufficient", reasons: ["not_observed"] });
    expect(parts.get("SEC_POSTURE")?.state).toBe("insufficient");
    expect(card.gates.find(({ gate }) => gate === "inventory_not_confirmed")?.state).toBe("inactive");
  });

  it("prints no score while IPv6, alerts and security checks are missing, and no INFRA_INDEX", () => {
    expect(full.card.score.point).toBeUndefined();
    expect(full.card.score.knownWeight.toNumber()).toBe(70);
    expect(full.card.score.withheld).toEqual(["known_weight_low"]);
    expect(plain(figureIn(full, "INFRA_INDEX"))).toMatchObject({ denominator: 58 });
  });

  it("shares the weight of a website that the school does not have", () => {
    const { card, indicators } = feedSchool(feedInput({ declared: [entry("IPV6_WEB", "zero")] }));
    expect(indicators.get("IPV6_WEB")?.notApplicable).toBe("no_own_website");
    const web = card.dimensions.flatMap(({ parts }) => parts).find(({ id }) => id === "IPV6_WEB");
    expect(web).toMatchObject({ state: "not_applicable", reasons: ["no_own_website"] });
  });

  it("takes readiness from the card: not ready below the gate, else not known", () => {
    expect(figureIn(full, "SMART_READY")).toMatchObject({ enough: false });
    expect(plain(figureIn(unconfirmed, "SMART_READY"))).toMatchObject({ value: 0, denominator: 1 });
  });

  it.each([
    { silent: 9, listed: [] },
    { silent: 10, listed: [{ id: "panel", days: 10 }] },
  ])("lists a classroom device that was not seen on the last $silent teaching days: $listed", ({ silent, listed }) => {
    const panel = owned("panel", "interactive_panel", { expectedOn: "on_demand" });
    const campus = { ...ONE_ROOM, devices: [...(ONE_ROOM.devices ?? []), panel] };
    const off = silent * 96;
    const samples = film({
      ap: [["u", 1920]],
      panel: [
        ["u", 1920 - off],
        ["d", off],
      ],
    });
    expect(unusedDevices(feedInput({ campus, samples }))).toEqual(listed);
  });

  it("names the moment and the school it is of", () => {
    expect(full).toMatchObject({ schoolId: "2133000001", asOfMs: AS_OF });
  });
});
