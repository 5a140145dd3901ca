// The table of section 4 worked out beforehand for all that a slot can hold: the states of a province are looked up, not judged.
import { ATTEMPTS_SHIFT, SCHOOL, SEEN, SELF_TEST } from "./seen.ts";
import { type Observation, type Path, stateCode } from "./state.ts";

/** In the order of their numbers in the table. */
const PATHS = ["none", "up", "down", "unknown"] as const satisfies readonly Path[];

/** What of a device's byte the table looks at, as bits of one number. */
const OF_DEVICE = { success: 1, secondPathFailed: 2, authFailed: 4, unasked: 8 } as const;
/** Two bits of failed attempts stand above those. */
const ATTEMPTS_AT = 4;
const DEVICE_BITS = 6;
const SCHOOL_AT = DEVICE_BITS;
const SELF_TEST_AT = SCHOOL_AT + 2;
const PATH_AT = SELF_TEST_AT + 2;
const ON_DEMAND_AT = PATH_AT + 2;
const TABLE_BITS = ON_DEMAND_AT + 1;
const TWO_BITS = 3;

/** Everything but the device's own byte, as bits to be put together with `deviceBits`. */
export function surroundings(school: number, selfTest: number): number {
  return ((school & TWO_BITS) << SCHOOL_AT) | ((selfTest & TWO_BITS) << SELF_TEST_AT);
}

export function pathBits(path: Path): number {
  return PATHS.indexOf(path) << PATH_AT;
}

export const ON_DEMAND_BIT = 1 << ON_DEMAND_AT;

/** By a device's byte of the slot, and 256 more when a controller's report of the slot before may still hold (`mayCarry`). */
export const DEVICE_BITS_OF: Uint8Array = Uint8Array.from({ length: 512 }, (_, i) => deviceBits(i & 0xff, i >= 256));

/** Code of the state by all these bits, for a slot that is expected and not in maintenance. */
export const CODE_OF: Uint8Array = Uint8Array.from({ length: 1 << TABLE_BITS }, (_, bits) =>
  stateCode(observationOf(bits)),
);

/**
 * 256 where a controller's "in service" may still hold in the slot after: at the end of that it is at most 10 minutes old. Not when
 * anything contrary came with it, and not for an access point that speaks for itself: that is no report.
 */
export const MAY_CARRY: Uint16Array = Uint16Array.from({ length: 256 }, (_, byte) => {
  const isReport = (byte & SEEN.reportedUp) !== 0 && (byte & (SEEN.answered | SEEN.reportedDown)) === 0;
  return isReport ? 256 : 0;
});

function deviceBits(byte: number, mayCarry: boolean): number {
  const isContrary = (byte & (SEEN.reportedDown | SEEN.probeFailed)) !== 0;
  const isSuccess = (byte & (SEEN.answered | SEEN.reportedUp)) !== 0 || (mayCarry && !isContrary);
  const attempts = Math.min(byte >>> ATTEMPTS_SHIFT, 2);
  return (
    (isSuccess ? OF_DEVICE.success : 0) |
    (hasSecondPathFailed(byte) ? OF_DEVICE.secondPathFailed : 0) |
    ((byte & SEEN.authFailed) !== 0 ? OF_DEVICE.authFailed : 0) |
    ((byte & SEEN.unasked) !== 0 ? OF_DEVICE.unasked : 0) |
    (attempts << ATTEMPTS_AT)
  );
}

/** Its own probe and its controller disagree. A probe that failed once and then answered is one path, not two. */
function hasSecondPathFailed(byte: number): boolean {
  const paths = byte & (SEEN.answered | SEEN.reportedUp);
  if (paths === SEEN.answered) return (byte & SEEN.reportedDown) !== 0;
  return paths === SEEN.reportedUp && (byte & SEEN.probeFailed) !== 0;
}

function observationOf(bits: number): Observation {
  const school = bits >>> SCHOOL_AT;
  const selfTest = bits >>> SELF_TEST_AT;
  const attempts = (bits >>> ATTEMPTS_AT) & TWO_BITS;
  return {
    expected: true,
    maintenance: false,
    success: (bits & OF_DEVICE.success) !== 0,
    secondPathFailed: (bits & OF_DEVICE.secondPathFailed) !== 0,
    failedAttempts: attempts === 0 || attempts === 1 ? attempts : 2,
    authFailed: (bits & OF_DEVICE.authFailed) !== 0,
    unasked: (bits & OF_DEVICE.unasked) !== 0,
    agentHeard: (school & SCHOOL.heard) !== 0,
    clockUntrusted: (school & SCHOOL.clockUntrusted) !== 0,
    selfTestPassed: (selfTest & SELF_TEST.passed) !== 0,
    selfTestFailed: (selfTest & SELF_TEST.failed) !== 0,
    onDemand: (bits & ON_DEMAND_BIT) !== 0,
    rejected: false,
    path: PATHS[(bits >>> PATH_AT) & TWO_BITS] ?? "unknown",
  };
}
