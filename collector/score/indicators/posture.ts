// SEC_POSTURE: a technical check of how safe a school's network is kept, and no assessment by classification (scoring model 8.1).
import { Exact, ONE, ZERO } from "../exact.ts";
import { type ModelParameters, PARAMETERS } from "../parameters.ts";
import { shareOf, type Tally, tallyOf } from "../share.ts";
import type { Truth } from "../truth.ts";
import { type Check, flagCheck, scoreOf, shareCheck } from "./checks.ts";
import {
  AGENT_CLOCK_SECONDS,
  CERTIFICATE_DAYS,
  DEVICE_CLOCK_SECONDS,
  DRIFT_TEACHING_DAYS,
  IDENTIFY_TEACHING_DAYS,
  LOG_DAYS,
  POSTURE_KNOWN_WEIGHT,
  ROGUE_TEACHING_DAYS,
} from "./limits.ts";
import type { IndicatorValue } from "./value.ts";

/** Devices by what a read test with default communities found, with the owner's consent. */
export interface CommunityTest {
  refused: number;
  readable: number;
  /** Write access is a critical finding. */
  writable: number;
  untested: number;
}

/** Something that has to be dealt with. */
export interface Task {
  done: boolean;
  /** Teaching days until it was done, or until now. */
  teachingDays: number;
}

/** What is known of a school; what is absent was not checked. */
export interface PostureObservations {
  /** S1. */
  communities?: CommunityTest;
  /** S2: devices managed by SNMP that are asked by version 3 with authentication and privacy. */
  snmpV3?: Tally;
  /** S3: links of agents and MQTT; days for which the certificate is still valid, absent: not known. */
  links?: readonly { tls: boolean; certificateDays?: number }[];
  /** S4: devices whose Telnet and HTTP management is not reachable from teaching VLANs. */
  managementClosed?: Tally;
  /** S5: per device, whether its firmware is known, and whether that is past its support; absent: in no list. */
  firmware?: readonly { known: boolean; endOfSupport?: boolean }[];
  /** S6: new devices, to be identified. */
  newDevices?: readonly Task[];
  /** S7: offsets in seconds; absent entries are not known. */
  agentClocks?: readonly (number | undefined)[];
  deviceClocks?: readonly (number | undefined)[];
  /** S8: teaching days for which each rogue access point, router advertisement or DHCP server stayed open. */
  rogues?: readonly number[];
  /** S9: drifts of configuration, to be reviewed. */
  drifts?: readonly Task[];
  /** S10: for how many days logs are kept. */
  logDays?: number;
  /** S11: IoT devices in a segment of their own. */
  iotSegmented?: Tally;
}

export const POSTURE_WEIGHTS = {
  S1: 20,
  S2: 10,
  S3: 10,
  S4: 10,
  S5: 10,
  S6: 10,
  S7: 5,
  S8: 10,
  S9: 5,
  S10: 5,
  S11: 5,
} as const;
export type PostureCheckId = keyof typeof POSTURE_WEIGHTS;

export interface SecurityPosture {
  /** 0 to 100 points; its parts are the checks. */
  score: IndicatorValue;
  /** Devices that let anybody write by a default community. */
  critical: number;
}

export function securityPosture(seen: PostureObservations, parameters: ModelParameters = PARAMETERS): SecurityPosture {
  const score = scoreOf("SEC_POSTURE", postureChecks(seen, parameters), POSTURE_KNOWN_WEIGHT);
  return { score, critical: seen.communities?.writable ?? 0 };
}

function postureChecks(seen: PostureObservations, parameters: ModelParameters): Check[] {
  const flag = (id: PostureCheckId, holds: Truth) => flagCheck(id, POSTURE_WEIGHTS[id], holds);
  const share = (id: PostureCheckId, tally: Tally | undefined) =>
    shareCheck(id, POSTURE_WEIGHTS[id], tally, parameters);
  return [
    communityCheck(seen.communities, parameters),
    share("S2", seen.snmpV3),
    share("S3", seen.links && tallyOf(seen.links.map(linkIsSafe))),
    share("S4", seen.managementClosed),
    share("S5", seen.firmware && tallyOf(seen.firmware.map(firmwareIsSupported))),
    share("S6", taskTally(seen.newDevices, IDENTIFY_TEACHING_DAYS)),
    share("S7", clockTally(seen)),
    flag(
      "S8",
      seen.rogues?.every((teachingDays) => teachingDays <= ROGUE_TEACHING_DAYS),
    ),
    share("S9", taskTally(seen.drifts, DRIFT_TEACHING_DAYS)),
    flag("S10", seen.logDays === undefined ? undefined : seen.logDays >= LOG_DAYS),
    share("S11", seen.iotSegmented),
  ];
}

/** One device that answers is enough to fail; to pass, enough of all must have been tested. */
function communityCheck(test: CommunityTest | undefined, parameters: ModelParameters): Check {
  const id = "S1";
  const weight = POSTURE_WEIGHTS[id];
  if (test === undefined) return flagCheck(id, weight, undefined);
  const { refused, readable, writable, untested } = test;
  const open = readable + writable;
  const counts = { numerator: refused, denominator: refused + open };
  if (open > 0) return { ...flagCheck(id, weight, false), ...counts };
  const share = shareOf({ yes: refused, no: 0, unknown: untested }, parameters);
  const isAll = untested === 0 && refused > 0;
  const bounds = { id, weight, lo: isAll ? ONE : ZERO, hi: ONE, ...counts };
  if (share.value) return { ...bounds, value: ONE };
  return { ...bounds, reason: refused + untested === 0 ? "nothing_registered" : "too_few_known" };
}

function linkIsSafe({ tls, certificateDays }: { tls: boolean; certificateDays?: number }): Truth {
  if (!tls) return false;
  return certificateDays === undefined ? undefined : certificateDays >= CERTIFICATE_DAYS;
}

/** Firmware that nobody knows fails: knowing it is what the check asks for. */
function firmwareIsSupported({ known, endOfSupport }: { known: boolean; endOfSupport?: boolean }): Truth {
  if (!known) return false;
  return endOfSupport === undefined ? undefined : !endOfSupport;
}

/** What is not done and not due yet does not count either way. */
function taskTally(tasks: readonly Task[] | undefined, limitDays: number): Tally | undefined {
  const due = tasks?.filter(({ done, teachingDays }) => done || teachingDays > limitDays);
  return due && tallyOf(due.map(({ done, teachingDays }) => done && teachingDays <= limitDays));
}

function clockTally({ agentClocks, deviceClocks }: PostureObservations): Tally | undefined {
  if (agentClocks === undefined && deviceClocks === undefined) return undefined;
  const within = (seconds: number) => (offset: number | undefined) =>
    offset === undefined ? undefined : Exact.of(seconds).isAtLeast(Exact.of(Math.abs(offset)));
  return tallyOf([
    ...(agentClocks ?? []).map(within(AGENT_CLOCK_SECONDS)),
    ...(deviceClocks ?? []).map(within(DEVICE_CLOCK_SECONDS)),
  ]);
}
