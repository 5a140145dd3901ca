// From a row of venues.csv to a venue.
import { type RoomTraits, VENUE_KINDS, type Venue, type VenueKind } from "./inventory.ts";
import type { Row } from "./row.ts";
import { isCount } from "./school-row.ts";

// The keys of our own constant; its first entry exists.
const KINDS = Object.keys(VENUE_KINDS) as [VenueKind, ...VenueKind[]];

export function toVenue(row: Row<"venues.csv">): Venue {
  const kind = row.choice("kind", KINDS);
  const byKind = VENUE_KINDS[kind];
  const main = row.text("main_teaching") === undefined ? byKind : row.choice("main_teaching", ["no", "yes"]) === "yes";
  const building = row.text("building");
  const room = row.text("room");
  const areaM2 = row.number("area_m2", "square metres above 0", (v) => v > 0);
  const seats = row.number("seats", "a whole number of seats", isCount);
  const campus = row.text("campus");
  const traits = toTraits(row);
  const needsEquipment = row.yesNo("needs_equipment");
  return {
    id: row.id("id"),
    school: row.required("school", "a school's id"),
    ...(campus !== undefined && { campus }),
    ...(traits && { traits }),
    ...(needsEquipment !== undefined && { needsEquipment }),
    ...toApproval(row, kind),
    ...(building !== undefined && { building }),
    ...(room !== undefined && { room }),
    name: row.text("name") ?? [building, room].filter((part) => part !== undefined).join(" "),
    kind,
    mainTeaching: main,
    mainTeachingOverridden: main !== byKind,
    ...(areaM2 !== undefined && { areaM2 }),
    ...(seats !== undefined && { seats }),
  };
}

/** `undefined`: nothing of it was assessed. */
function toTraits(row: Row<"venues.csv">): RoomTraits | undefined {
  const reconfigurable = row.yesNo("reconfigurable");
  const compatible = row.yesNo("compatible");
  const recordable = row.yesNo("recordable");
  const traits = {
    ...(reconfigurable !== undefined && { reconfigurable }),
    ...(compatible !== undefined && { compatible }),
    ...(recordable !== undefined && { recordable }),
  };
  return Object.keys(traits).length > 0 ? traits : undefined;
}

/** Only a new-type teaching space is approved. */
function toApproval(row: Row<"venues.csv">, kind: VenueKind): Pick<Venue, "approvedOn" | "approval"> {
  const approvedOn = row.day("approved_on");
  const approval = row.text("approval");
  if (kind !== "new_space") {
    for (const column of ["approved_on", "approval"] as const)
      if (row.text(column) !== undefined) row.report(column, `is said of new_space only, the kind is ${kind}`);
  }
  return { ...(approvedOn !== undefined && { approvedOn }), ...(approval !== undefined && { approval }) };
}
