// From judgements to the shapes of contract/api.ts: names added, instants written out, nothing computed.
import {
  type Cause,
  DEVICE_STATES,
  type DeviceView,
  type SchoolSummary,
  type VenueSummary,
} from "../../contract/api.ts";
import type { FactName } from "../../contract/reading.ts";
import type { Services } from "../app.ts";
import { instantText } from "../inventory/day.ts";
import type { Inventory, InventoryDevice, School, Venue } from "../inventory/inventory.ts";
import type { SchoolJudgement, VenueJudgement } from "../score/judge.ts";
import type { CauseJudgement } from "../score/venue-slots.ts";
import type { Sample } from "../store/store.ts";

export function schoolSummary(
  school: School,
  judgement: SchoolJudgement,
  inventory: Inventory,
  { board, clock }: Services,
): SchoolSummary {
  const { venuesNow, devicesNow, coverage } = judgement;
  const county = inventory.regions.region(school.county);
  return {
    id: school.id,
    name: school.name,
    ...(school.nameEn === undefined ? {} : { nameEn: school.nameEn }),
    county: { code: school.county, name: county?.name ?? school.county, nameEn: county?.nameEn ?? school.county },
    area: school.area,
    ...(school.students === undefined ? {} : { students: school.students }),
    ...(school.inventoryConfirmedAt === undefined ? {} : { inventoryConfirmedAt: school.inventoryConfirmedAt }),
    coverage,
    now: {
      served: venuesNow.served ?? 0,
      unserved: venuesNow.unserved ?? 0,
      unknown: venuesNow.unknown ?? 0,
      notEquipped: venuesNow["not-equipped"] ?? 0,
      notExpected: venuesNow["not-expected"] ?? 0,
    },
    devices: Object.fromEntries(
      DEVICE_STATES.map((state) => [state, devicesNow[state] ?? 0]),
    ) as SchoolSummary["devices"], // every state has its entry
    agents: board.agentsOf(school.id).map((agent) => board.fleet.view(agent, clock.nowMs())),
  };
}

export function venueSummary(venue: Venue, judged: VenueJudgement): VenueSummary {
  const { now } = judged;
  return {
    id: venue.id,
    school: venue.school,
    name: venue.name,
    ...(venue.building === undefined ? {} : { building: venue.building }),
    kind: venue.kind,
    mainTeaching: venue.mainTeaching,
    verdict: judged.verdict,
    ...(judged.share === undefined ? {} : { share: judged.share }),
    lo: judged.lo,
    hi: judged.hi,
    ...(judged.evidenceShare === undefined ? {} : { evidenceShare: judged.evidenceShare }),
    slots: judged.slots,
    reasons: judged.reasons,
    now: {
      state: now.state,
      ...(now.slotMs === undefined ? {} : { slot: instantText(now.slotMs) }),
      causes: now.causes.map(cause),
    },
    servedBy: judged.servedBy,
  };
}

function cause({ device, name, state, reason, sinceMs }: CauseJudgement): Cause {
  return {
    device,
    name,
    state,
    ...(reason === undefined ? {} : { reason }),
    ...(sinceMs === undefined ? {} : { since: instantText(sinceMs) }),
  };
}

/** What the store knows of the devices of a school, by device key. */
export interface DeviceKnowledge {
  facts: ReadonlyMap<string, Partial<Record<FactName, string>>>;
  latest: ReadonlyMap<string, Readonly<Record<string, Sample>>>;
}

export function deviceView(
  device: InventoryDevice,
  judgement: SchoolJudgement,
  inventory: Inventory,
  known: DeviceKnowledge,
): DeviceView {
  const judged = judgement.devices.get(device.id);
  const latest = Object.entries(known.latest.get(device.key) ?? {});
  return {
    id: device.id,
    key: device.key,
    name: device.name,
    kind: device.kind,
    school: device.school,
    ...(device.venue === undefined ? {} : { venue: device.venue }),
    ...(device.parent === undefined ? {} : { parent: device.parent }),
    serves: inventory.venuesServedBy(device.id).map(({ venue }) => venue),
    state: judged?.state ?? "unknown",
    ...(judged?.reason === undefined ? {} : { reason: judged.reason }),
    ...(judged?.sinceMs === undefined ? {} : { since: instantText(judged.sinceMs) }),
    ...(judged?.lastSeenMs === undefined ? {} : { lastSeen: instantText(judged.lastSeenMs) }),
    slots: judged?.slots ?? { expected: 0, up: 0, down: 0, unknown: 0 },
    facts: { ...known.facts.get(device.key) },
    latest: Object.fromEntries(latest.map(([metric, { atMs, value }]) => [metric, { at: instantText(atMs), value }])),
  };
}
