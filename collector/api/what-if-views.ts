// From what-ifs to the shapes of contract/what-if.ts: names added, nothing computed.
import type {
  MeasureView,
  RoomToCoverView,
  SchoolToFillView,
  SchoolWhatIfView,
  WayView,
} from "../../contract/what-if.ts";
import { instantText } from "../inventory/day.ts";
import type { Inventory, School } from "../inventory/inventory.ts";
import { MODEL_VERSION } from "../score/parameters.ts";
import { COST_UNIT, costOf, type Measure, type MeasureCosts } from "../score/what-if/measures.ts";
import type { Way } from "../score/what-if/rooms.ts";
import type { RoomToCover, SchoolWhatIf } from "../score/what-if/school.ts";

export function schoolWhatIfView(
  school: School,
  whatIf: SchoolWhatIf,
  inventory: Inventory,
  costs: MeasureCosts,
  asOfMs: number,
): SchoolWhatIfView {
  const { full, rooms, measures, cost, atLeast, service, obstacle } = whatIf;
  return {
    school: school.id,
    name: school.name,
    asOf: instantText(asOfMs),
    modelVersion: MODEL_VERSION,
    full,
    costs: { ...costs },
    rooms: rooms.map((room) => roomView(room, inventory, costs)),
    measures: measures.map(({ measure, rooms: needing }) => ({
      ...measureView(measure, inventory, costs),
      rooms: [...needing],
    })),
    cost,
    costAtLeast: atLeast,
    isCheapest: cost === atLeast,
    service: { ...service },
    ...(obstacle && { obstacle }),
  };
}

export function schoolToFillView(
  { id, name }: School,
  { full, rooms, measures, cost, atLeast, service, obstacle }: SchoolWhatIf,
  chosen: boolean,
): SchoolToFillView {
  return {
    school: id,
    name,
    full,
    rooms: rooms.length,
    measures: measures.length,
    ...(obstacle ? { obstacle } : { cost, costAtLeast: atLeast, service: { ...service } }),
    chosen,
  };
}

function roomView(
  { venue, verdict, judged, ways, chosen }: RoomToCover,
  inventory: Inventory,
  costs: MeasureCosts,
): RoomToCoverView {
  return {
    venue: venue.id,
    name: venue.name,
    verdict,
    ...(judged.share !== undefined && { share: judged.share }),
    lo: judged.lo,
    hi: judged.hi,
    ways: ways.map((way) => wayView(way, way === chosen, inventory, costs)),
  };
}

function wayView({ measures, service }: Way, chosen: boolean, inventory: Inventory, costs: MeasureCosts): WayView {
  const cost = measures.reduce((sum, measure) => sum + costOf(measure, costs), 0) / COST_UNIT;
  const views = measures.map((measure) => measureView(measure, inventory, costs));
  return { measures: views, cost, service: { ...service }, chosen };
}

function measureView(measure: Measure, inventory: Inventory, costs: MeasureCosts): MeasureView {
  const device = "device" in measure ? measure.device : undefined;
  const venue = "venue" in measure ? measure.venue : undefined;
  const deviceName = device === undefined ? undefined : inventory.device(device)?.name;
  const venueName = venue === undefined ? undefined : inventory.venue(venue)?.name;
  return {
    kind: measure.kind,
    ...(device !== undefined && { device }),
    ...(deviceName !== undefined && { deviceName }),
    ...(venue !== undefined && { venue }),
    ...(venueName !== undefined && { venueName }),
    ...(measure.kind === "evidence" && { reason: measure.reason }),
    ...(measure.kind === "evidence" && measure.segment !== undefined && { segment: measure.segment }),
    cost: costOf(measure, costs) / COST_UNIT,
  };
}
