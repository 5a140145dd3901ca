// Indicators of a school's rooms and of what is taught with: CLASS_EQUIP_RATE, ROOM_DIGITAL_RATE, EQUIP_AGE, SPACE_COUNT,
// SPACE_SCHOOL_SHARE.
import { spaceListSigned } from "../../declared/inputs.ts";
import { dayOf } from "../../inventory/day.ts";
import type { Venue } from "../../inventory/inventory.ts";
import { classEquipmentRate, equipmentAge, roomDigitalRate } from "../indicators/rooms.ts";
import { type SpacesOfSchool, spaceCount, spaceSchoolShare } from "../indicators/spaces.ts";
import type { IndicatorValue } from "../indicators/value.ts";
import { atLeast } from "../parameters.ts";
import { anyOf, type Truth } from "../truth.ts";
import { equipmentOf, isTeachingEquipment, needsEquipment } from "./kinds.ts";
import type { SchoolView } from "./view.ts";

export function roomValues(view: SchoolView): IndicatorValue[] {
  const spaces = [spacesOf(view)];
  return [
    classEquipmentRate(
      view.venues.filter(needsEquipment).map(({ id }) => ({ id, ...equipmentOf(view.devicesIn(id)) })),
      view.judgement.inventoryConfirmed,
    ),
    digitalRate(view),
    ageOf(view),
    spaceCount(spaces),
    spaceSchoolShare(spaces, view.parameters),
  ];
}

/** Of main teaching venues: 普通教室和功能教室. */
function digitalRate(view: SchoolView): IndicatorValue {
  const rooms = view.venues.filter(({ mainTeaching }) => mainTeaching);
  return roomDigitalRate(
    rooms.map((room) => {
      const connected = isConnected(view, room);
      return { id: room.id, ...room.traits, ...(connected !== undefined && { connected }) };
    }),
  );
}

/**
 * 可连接: an access point served the room, or a device in it was seen, in W20. Not so only where all that could have been seen was
 * looked at; a room with neither has nothing that connects, once its inventory is confirmed.
 */
function isConnected(view: SchoolView, { id }: Venue): Truth {
  const { judgement } = view;
  const devices = view.devicesIn(id);
  const isEmpty = devices.length === 0 && (judgement.venues.get(id)?.servedBy.length ?? 0) === 0;
  if (isEmpty) return judgement.inventoryConfirmed ? false : undefined;
  return anyOf([servedTruth(view, id), ...devices.map((device) => seenTruth(view, device.id))]);
}

/** Without access points it is not served by one. */
function servedTruth({ judgement, parameters }: SchoolView, venueId: string): Truth {
  const judged = judgement.venues.get(venueId);
  if (judged === undefined || judged.servedBy.length === 0) return false;
  const { served, unserved, expected } = judged.slots;
  if (served > 0) return true;
  return expected > 0 && atLeast(unserved, expected, parameters.knownShare) ? false : undefined;
}

/** Not seen only if an agent looked on each day that counts. */
function seenTruth({ judgement }: SchoolView, deviceId: string): Truth {
  const days = judgement.deviceDays.of(deviceId);
  if (days.some(({ seen }) => seen)) return true;
  const counting = days.filter(({ expectedSlots }) => expectedSlots > 0);
  return counting.length > 0 && counting.every(({ watched }) => watched) ? false : undefined;
}

function ageOf(view: SchoolView): IndicatorValue {
  const equipment = view.devices.filter((device) => isTeachingEquipment(device, view.venueOf(device)));
  const dated = equipment.map(({ id, installedOn }) => {
    const since = installedOn === undefined ? undefined : dayOf(installedOn);
    return { id, ...(since !== undefined && { since }) };
  });
  return equipmentAge(dated, view.asOfDay).age;
}

/** A space that is approved later is not approved yet. */
function spacesOf({ school, venues, asOfDay, standingsAbove, standings }: SchoolView): SpacesOfSchool {
  const spaces = venues.filter(({ kind }) => kind === "new_space");
  const approved = spaces.filter(({ approvedOn, approval }) => {
    const day = approvedOn === undefined ? undefined : dayOf(approvedOn);
    return approval !== undefined && day !== undefined && day <= asOfDay;
  }).length;
  const listSigned = spaceListSigned(standingsAbove) || spaceListSigned(standings);
  return { id: school.id, approved, unapproved: spaces.length - approved, listSigned };
}
