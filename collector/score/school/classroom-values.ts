// CLASS_DEV_HEALTH of a school, and its list of devices that are unused or removed.
import type { DeviceDay as SeenDay } from "../device-days.ts";
import { type ClassroomHealth, classroomHealth, type DeviceDay, deviceDay } from "../indicators/classroom.ts";
import { isClassroomDevice } from "./kinds.ts";
import type { SchoolView } from "./view.ts";

export function classroomOf(view: SchoolView): ClassroomHealth {
  const { judgement, devices } = view;
  const classroom = devices.filter((device) => isClassroomDevice(device, view.venueOf(device)));
  return classroomHealth(
    classroom.map(({ id }) => ({ id, days: judgement.deviceDays.of(id).map((day) => dayOfDevice(view, id, day)) })),
  );
}

/** A device that was seen is healthy only where its faults of that day are known. */
function dayOfDevice({ measured }: SchoolView, id: string, { day, seen, watched, expectedSlots }: SeenDay): DeviceDay {
  const isKnown = measured !== undefined && measured.knownFrom <= day && day < measured.knownBefore;
  const fault = isKnown && measured.faultDays.get(id)?.has(day) === true;
  if (seen && !isKnown) return "unknown";
  return deviceDay({ seen, fault, watched: watched && expectedSlots > 0 });
}
