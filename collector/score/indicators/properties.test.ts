// What must hold of any indicator, whatever was measured.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Exact } from "../exact.ts";
import { networkReadiness } from "../ipv6/net.ts";
import type { NetworkObservations } from "../ipv6/net-checks.ts";
import { websiteReadiness } from "../ipv6/web.ts";
import { type AlertRecord, alertAcknowledgedRate, minutesToAcknowledge } from "./alerts.ts";
import { classroomHealth, type DeviceDay } from "./classroom.ts";
import { availability, terminalInventory } from "./devices.ts";
import { iotIntegration } from "./iot.ts";
import { securityPosture } from "./posture.ts";
import { equipmentAge, roomDigitalRate } from "./rooms.ts";
import { spaceSchoolShare } from "./spaces.ts";
import { ruralSpeed } from "./speed.ts";
import type { IndicatorValue } from "./value.ts";

const size = fc.nat({ max: 12 });
const truth = fc.option(fc.boolean(), { nil: undefined });
const tally = fc.record({ yes: size, no: size, unknown: size });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

function expectSound({ enough, value, lo, hi }: IndicatorValue): void {
  expect(value !== undefined).toBe(enough);
  if (lo && hi) expect(hi.isAtLeast(lo)).toBe(true);
  if (value && lo) expect(value.isAtLeast(lo)).toBe(true);
  if (value && hi) expect(hi.isAtLeast(value)).toBe(true);
}

/** Leaves out what is `undefined`, as people do who did not measure. */
function given<T extends object>(record: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  // The entries of the record itself without those that are absent.
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

const network = fc
  .record({
    uplinkHasGlobalPrefix: truth,
    teachingVlans: maybe(fc.array(tally, { maxLength: 6 })),
    resolverGivesAaaa: truth,
    pathMtuWorks: truth,
    managedDevices: maybe(tally),
    clients: maybe(fc.record({ withGlobal: size, without: size })),
    unresolvedRogueRas: maybe(fc.nat({ max: 2 })),
    inboundDenied: truth,
    roundTrip: maybe(fc.record({ v6Ms: fc.nat({ max: 300 }), v4Ms: fc.nat({ max: 300 }) })),
    resolverReachableOverIpv6: truth,
  })
  .map(given);

describe("a value", () => {
  it.each<[string, fc.Arbitrary<IndicatorValue>]>([
    ["IPV6_NET", network.map((seen) => networkReadiness(seen, {}).score)],
    [
      "IPV6_WEB",
      fc
        .record({
          homeLoads: truth,
          hasGlobalAaaa: truth,
          secondLevelLinks: maybe(tally),
          thirdLevelLinks: maybe(tally),
          zoneCuts: fc.array(truth),
        })
        .map((seen) => websiteReadiness(given(seen)).score),
    ],
    [
      "SEC_POSTURE",
      fc
        .record({
          communities: maybe(
            fc.record({ refused: size, readable: fc.nat({ max: 1 }), writable: fc.nat({ max: 1 }), untested: size }),
          ),
          snmpV3: maybe(tally),
          managementClosed: maybe(tally),
          iotSegmented: maybe(tally),
          rogues: maybe(fc.array(size)),
          logDays: maybe(fc.nat({ max: 365 })),
          links: maybe(fc.array(fc.constant({ tls: true, certificateDays: 40 }))),
          firmware: maybe(fc.array(fc.constant({ known: true }))),
        })
        .map((seen) => securityPosture(given(seen)).score),
    ],
    [
      "AVAIL",
      fc.array(tally).map((all) =>
        availability(
          all.map(({ yes, no, unknown }, i) => ({
            id: `${i}`,
            slots: { expected: yes + no + unknown, up: yes, down: no, unknown },
          })),
        ),
      ),
    ],
    [
      "TERMINAL_INVENTORY",
      fc.tuple(tally, size).map(([all, known]) => terminalInventory(all, { known, expected: 12 })),
    ],
    [
      "IOT_INTEGRATION",
      fc.tuple(tally, tally, fc.boolean()).map(([monitoring, door, attestedZero]) =>
        iotIntegration([
          { class: "monitoring", terminals: monitoring },
          { class: "door", terminals: door },
          { class: "appliance", terminals: { yes: 0, no: 0, unknown: 0 }, attestedZero },
        ]),
      ),
    ],
    [
      "CLASS_DEV_HEALTH",
      fc
        .array(fc.array(fc.constantFrom<DeviceDay>("healthy", "faulty", "not_seen", "unknown"), { maxLength: 20 }))
        .map((all) => classroomHealth(all.map((days, i) => ({ id: `${i}`, days }))).health),
    ],
    [
      "ROOM_DIGITAL_RATE",
      fc
        .array(fc.record({ reconfigurable: truth, compatible: truth, connected: truth, recordable: truth }))
        .map((all) => roomDigitalRate(all.map((room, i) => ({ id: `${i}`, ...given(room) })))),
    ],
    [
      "EQUIP_AGE",
      fc.array(maybe(fc.nat({ max: 20_000 }))).map(
        (all) =>
          equipmentAge(
            all.map((since, i) => ({ id: `${i}`, ...given({ since }) })),
            20_000,
          ).age,
      ),
    ],
    [
      "RURAL_SPEED",
      fc
        .array(fc.record({ mbps: fc.nat({ max: 1000 }), tests: fc.nat({ max: 20 }) }))
        .map(
          (all) =>
            ruralSpeed(all.map(({ mbps, tests }, i) => ({ id: `${i}`, testsMbps: Array<number>(tests).fill(mbps) })))
              .speed,
        ),
    ],
    [
      "SPACE_SCHOOL_SHARE",
      fc
        .array(
          fc.record({ id: fc.constant("s"), approved: fc.nat({ max: 1 }), unapproved: size, listSigned: fc.boolean() }),
        )
        .map((all) => spaceSchoolShare(all)),
    ],
    ["ALERT_MTTA", fc.array(alertOf()).map((all) => minutesToAcknowledge(all, 10_000_000))],
    ["ALERT_ACK_RATE", fc.array(alertOf()).map((all) => alertAcknowledgedRate(all, 10_000_000))],
  ])("of %s lies within its interval and is there exactly when there is enough", (_, values) => {
    fc.assert(fc.property(values, expectSound));
  });
});

function alertOf(): fc.Arbitrary<AlertRecord> {
  return fc
    .record({ firedAtMs: fc.nat({ max: 9_000_000 }), takesMs: maybe(fc.nat({ max: 5_000_000 })) })
    .map(({ firedAtMs, takesMs }) => ({
      severity: "P2",
      inSchoolHours: true,
      exercise: false,
      firedAtMs,
      ...(takesMs !== undefined && { acknowledgedAtMs: firedAtMs + takesMs }),
    }));
}

describe("learning what was not known", () => {
  it("never widens the interval of a network, nor lowers what is proved", () => {
    fc.assert(
      fc.property(network, network, (seen, learned) => {
        const known: NetworkObservations = { ...learned, ...seen };
        const before = networkReadiness(seen, {});
        const after = networkReadiness(known, {});
        expect((after.score.lo ?? Exact.of(0)).isAtLeast(before.score.lo ?? Exact.of(0))).toBe(true);
        expect((before.score.hi ?? Exact.of(100)).isAtLeast(after.score.hi ?? Exact.of(100))).toBe(true);
        expect(after.level.proved).toBeGreaterThanOrEqual(before.level.proved);
        expect(after.level.possible).toBeLessThanOrEqual(before.level.possible);
      }),
    );
  });

  it("never widens the interval of a website", () => {
    const site = fc.record({ homeLoads: truth, hasGlobalAaaa: truth, secondLevelLinks: maybe(tally) }).map(given);
    fc.assert(
      fc.property(site, site, (seen, learned) => {
        const before = websiteReadiness(seen).score;
        const after = websiteReadiness({ ...learned, ...seen }).score;
        expect((after.lo ?? Exact.of(0)).isAtLeast(before.lo ?? Exact.of(0))).toBe(true);
        expect((before.hi ?? Exact.of(100)).isAtLeast(after.hi ?? Exact.of(100))).toBe(true);
      }),
    );
  });
});
