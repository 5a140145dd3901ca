// The checks N1 to N10b of a network's IPv6, from what was measured of it (scoring model 7.1).
import { Exact, exactly } from "../exact.ts";
import { type Check, flagCheck, shareCheck, valueCheck } from "../indicators/checks.ts";
import { GUA_MS, OUTSIDE_TARGETS, RA_SLOTS } from "../indicators/limits.ts";
import { type ModelParameters, PARAMETERS } from "../parameters.ts";
import { reaches, type Share, shareOf, type Tally, tallyOf } from "../share.ts";
import type { Truth } from "../truth.ts";
import { type FamilyTimes, parity } from "./parity.ts";
import { type Attempts, successRate, successValue } from "./success.ts";

/** Whether an agent in a VLAN got a global address, and when; absent `afterMs`: it got none. */
export interface AddressAttempt {
  afterMs?: number;
}

/** Somebody outside the network who has both families, asked by TCP over IPv6 alone (Happy Eyeballs would hide a broken IPv6). */
export interface OutsideTarget extends Attempts {
  id: string;
}

/**
 * What is known of a school's, a campus's or a region's network over W20. Global means 2000::/3: a network with nothing but
 * unique local addresses prefers IPv4 (RFC 6724) and has no global ones. What is absent was not checked.
 */
export interface NetworkObservations {
  /** N1: the uplink has a global prefix, delegated or routed. */
  uplinkHasGlobalPrefix?: boolean;
  /** N2: per teaching VLAN, slots with a valid router advertisement of a global prefix, without, and not known. */
  teachingVlans?: readonly Tally[];
  /** N3: per VLAN in which an agent stands; an entry that is absent was not tried. */
  vantageVlans?: readonly (AddressAttempt | undefined)[];
  /** N4a, N4b. */
  resolverGivesAaaa?: boolean;
  resolverReachableOverIpv6?: boolean;
  /** N5. */
  outsideTargets?: readonly OutsideTarget[];
  /** N6: medians of round trips. */
  roundTrip?: FamilyTimes;
  /** N7: packets of 1280 and of 1500 bytes pass, or are answered with what tells their sender. */
  pathMtuWorks?: boolean;
  /** N8: managed devices with working IPv6, without, and not known. */
  managedDevices?: Tally;
  /** N9: active clients of neighbour tables with a global address, and without. */
  clients?: { withGlobal: number; without: number };
  /** N10a: rogue router advertisements of the window that nobody has resolved. */
  unresolvedRogueRas?: number;
  /** N10b: what comes from outside over IPv6 is refused as it is over IPv4. */
  inboundDenied?: boolean;
}

export const NETWORK_WEIGHTS = {
  N1: 10,
  N2: 15,
  N3: 10,
  N4a: 5,
  N4b: 5,
  N5: 15,
  N6: 10,
  N7: 5,
  N8: 10,
  N9: 10,
  N10a: 3,
  N10b: 2,
} as const;
export type NetworkCheckId = keyof typeof NETWORK_WEIGHTS;

/** Of the clients so many with a global address are as good as all: some devices will never have one. */
const CLIENTS_ENOUGH = Exact.of(0.8);

/** What the gates of the levels look at beside the checks. */
export interface NetworkRates {
  vlansWithRa: Share;
  vlansWithAddress: Share;
  /** r of N5; absent with fewer than five outside targets. */
  success?: Exact;
  clientsWithGlobal: Share;
}

export function networkRates(seen: NetworkObservations, parameters: ModelParameters = PARAMETERS): NetworkRates {
  const share = (tally: Tally | undefined) => shareOf(tally ?? tallyOf([]), parameters);
  const success = outsideSuccess(seen.outsideTargets);
  return {
    vlansWithRa: share(vlanTally(seen.teachingVlans, parameters)),
    vlansWithAddress: share(addressTally(seen.vantageVlans)),
    ...(success && { success }),
    clientsWithGlobal: share(clientTally(seen.clients)),
  };
}

/** Every check with its weight, value and bounds, known or not, in the order of the model. */
export function networkChecks(seen: NetworkObservations, parameters: ModelParameters = PARAMETERS): Check[] {
  const flag = (id: NetworkCheckId, holds: Truth) => flagCheck(id, NETWORK_WEIGHTS[id], holds);
  const share = (id: NetworkCheckId, tally: Tally | undefined, shape?: (share: Exact) => Exact) =>
    shareCheck(id, NETWORK_WEIGHTS[id], tally, parameters, shape);
  const rogues = seen.unresolvedRogueRas;
  return [
    flag("N1", seen.uplinkHasGlobalPrefix),
    share("N2", vlanTally(seen.teachingVlans, parameters)),
    share("N3", addressTally(seen.vantageVlans)),
    flag("N4a", seen.resolverGivesAaaa),
    flag("N4b", seen.resolverReachableOverIpv6),
    outsideCheck(seen.outsideTargets),
    valueCheck("N6", NETWORK_WEIGHTS.N6, parity(seen.roundTrip ?? {})),
    flag("N7", seen.pathMtuWorks),
    share("N8", seen.managedDevices),
    share("N9", clientTally(seen.clients), (of) => of.over(CLIENTS_ENOUGH).clamped()),
    flag("N10a", rogues === undefined ? undefined : rogues === 0),
    flag("N10b", seen.inboundDenied),
  ];
}

function outsideCheck(targets: readonly OutsideTarget[] | undefined): Check {
  const value = successValue(outsideSuccess(targets));
  if (targets === undefined) return valueCheck("N5", NETWORK_WEIGHTS.N5, value);
  const counts = {
    numerator: targets.reduce((sum, { successes }) => sum + successes, 0),
    denominator: targets.reduce((sum, { attempts }) => sum + attempts, 0),
  };
  return valueCheck("N5", NETWORK_WEIGHTS.N5, value, counts, "too_few_tests");
}

/** Of targets that were never asked nothing is known, so they are not among the five. */
function outsideSuccess(targets: readonly OutsideTarget[] = []): Exact | undefined {
  const asked = targets.filter(({ attempts }) => attempts > 0);
  return asked.length >= OUTSIDE_TARGETS ? successRate(asked) : undefined;
}

function vlanTally(vlans: readonly Tally[] | undefined, parameters: ModelParameters): Tally | undefined {
  return vlans && tallyOf(vlans.map((slots) => reaches(shareOf(slots, parameters), exactly(RA_SLOTS))));
}

function addressTally(vlans: readonly (AddressAttempt | undefined)[] | undefined): Tally | undefined {
  return vlans && tallyOf(vlans.map((tried) => tried && (tried.afterMs ?? Number.POSITIVE_INFINITY) <= GUA_MS));
}

function clientTally(clients: NetworkObservations["clients"]): Tally | undefined {
  return clients && { yes: clients.withGlobal, no: clients.without, unknown: 0 };
}
