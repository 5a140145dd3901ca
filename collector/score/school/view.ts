// All that the indicators of one school are fed from, looked up once.
import type { DeclaredEntry } from "../../declared/entry.ts";
import { type IsThere, type Standing, standingsOn } from "../../declared/standing.ts";
import { dayAt } from "../../inventory/day.ts";
import type { Inventory, InventoryDevice, School, Venue } from "../../inventory/inventory.ts";
import type { SchoolMeasured } from "../../measure/measured.ts";
import type { SchoolJudgement } from "../judge.ts";
import { type ModelParameters, PARAMETERS } from "../parameters.ts";
import type { QualityShare } from "../quality/share.ts";

export interface FeedInput {
  inventory: Inventory;
  school: School;
  asOfMs: number;
  judgement: SchoolJudgement;
  /** WIFI_QUALITY_SHARE; absent: by the verdicts of the judgement. */
  quality?: QualityShare;
  /** Entries of the school; of its zone and its regions those count that speak for it (the signed list of spaces). */
  declared: readonly DeclaredEntry[];
  /** Whether the bytes of an attachment are there; absent: nobody has lost any. */
  isThere?: IsThere;
  /** What was read from the store (measure/measure.ts); absent: it was not, and what needs it is not known. */
  measured: SchoolMeasured | undefined;
  /** Whether anybody speaks for the school; absent: as the inventory says. */
  hasAgent?: boolean;
  parameters?: ModelParameters;
}

export interface SchoolView {
  inventory: Inventory;
  school: School;
  asOfMs: number;
  asOfDay: number;
  judgement: SchoolJudgement;
  quality: QualityShare | undefined;
  measured: SchoolMeasured | undefined;
  devices: readonly InventoryDevice[];
  venues: readonly Venue[];
  devicesIn(venueId: string): readonly InventoryDevice[];
  venueOf(device: InventoryDevice): Venue | undefined;
  /** Declared entries of the school, and those above it, as they stand on the day. */
  standings: readonly Standing[];
  standingsAbove: readonly Standing[];
  hasAgent: boolean;
  parameters: ModelParameters;
}

export function viewOf(input: FeedInput): SchoolView {
  const { inventory, school, asOfMs, judgement, quality, measured, declared, isThere = () => true } = input;
  const asOfDay = dayAt(asOfMs);
  const devices = inventory.devicesOf(school.id);
  const byVenue = new Map<string, InventoryDevice[]>();
  for (const device of devices) {
    if (device.venue === undefined) continue;
    const there = byVenue.get(device.venue);
    if (there) there.push(device);
    else byVenue.set(device.venue, [device]);
  }
  const above = new Set(inventory.regions.path(school.county).map(({ code }) => code));
  if (school.zone !== undefined) above.add(school.zone);
  const standingsOf = (wanted: (scope: string) => boolean) =>
    standingsOn(
      declared.filter(({ scope }) => wanted(scope)),
      asOfDay,
      isThere,
    );
  return {
    inventory,
    school,
    asOfMs,
    asOfDay,
    judgement,
    quality,
    measured,
    devices,
    venues: inventory.venuesOf(school.id),
    devicesIn: (venueId) => byVenue.get(venueId) ?? [],
    venueOf: ({ venue }) => (venue === undefined ? undefined : inventory.venue(venue)),
    standings: standingsOf((scope) => scope === school.id),
    standingsAbove: standingsOf((scope) => above.has(scope)),
    hasAgent: input.hasAgent ?? inventory.agentsOf(school.id).length > 0,
    parameters: input.parameters ?? PARAMETERS,
  };
}
