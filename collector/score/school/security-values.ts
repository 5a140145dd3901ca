// Indicators of a school's security and docking: SEC_POSTURE, DOCKING_STATUS, MLPS_FILED, DRILL_COUNT, DATA_SEC_CAP.
import { attestationOf, capabilityTallies, drillsOf, systemList } from "../../declared/inputs.ts";
import { securityPosture } from "../indicators/posture.ts";
import {
  DATA_SECURITY_CAPABILITIES,
  type Docking,
  dataSecurityCapabilities,
  dockingStatus,
  drillCount,
  mlpsFiled,
} from "../indicators/security.ts";
import { type IndicatorPart, type IndicatorValue, indicator } from "../indicators/value.ts";
import type { SchoolView } from "./view.ts";

export function securityValues(view: SchoolView): IndicatorValue[] {
  const { standings, asOfDay, asOfMs, parameters } = view;
  const { systems, listSigned } = systemList(standings);
  const clocks = agentClocks(view);
  return [
    securityPosture(clocks.length > 0 ? { agentClocks: clocks } : {}, parameters).score,
    dockingStatus(dockingOf(view), asOfMs),
    mlpsFiled(systems, listSigned, asOfDay),
    drillCount(drillsOf(standings), asOfDay).drills,
    capabilities(view),
  ];
}

/** Of every agent that is registered or was heard; one whose clock was not noted is not known. */
function agentClocks({ inventory, school, measured }: SchoolView): (number | undefined)[] {
  const clocks = measured?.agentClocks ?? new Map<string, number>();
  const agents = new Set([...inventory.agentsOf(school.id).map(({ id }) => id), ...clocks.keys()]);
  return [...agents].map((id) => clocks.get(id));
}

/**
 * The docking of a school is the delivery of its agents to this platform. What was seen at a time has been delivered since then, so
 * the newest of it is when it last succeeded, or earlier; an attestation says at most that a connection is configured.
 */
function dockingOf({ judgement, measured, hasAgent, standings }: SchoolView): Docking | undefined {
  const times = [
    measured?.lastReadingMs,
    measured?.delivery?.lastReceivedMs,
    ...[...judgement.devices.values()].map(({ lastSeenMs }) => lastSeenMs),
  ].filter((atMs) => atMs !== undefined);
  const lastSuccessAtMs = times.reduce((last, atMs) => Math.max(last, atMs), Number.NEGATIVE_INFINITY);
  if (times.length > 0) return { configured: true, lastSuccessAtMs };
  const configured = hasAgent || attestationOf("DOCKING_STATUS", standings) === true;
  // An agent whose deliveries nobody looked up may have delivered.
  return hasAgent && measured === undefined ? undefined : { configured };
}

/** Capability by capability: there is no figure of all six. */
function capabilities({ standings }: SchoolView): IndicatorValue {
  const { systems, listSigned } = capabilityTallies(standings);
  const values = dataSecurityCapabilities(systems, listSigned);
  const parts = DATA_SECURITY_CAPABILITIES.map((id): IndicatorPart => {
    const { value, lo, hi, numerator, denominator, whole, reasons } = values[id];
    const reason = value === undefined ? reasons[0]?.reason : undefined;
    return {
      id,
      ...(value && { value }),
      ...(lo && { lo }),
      ...(hi && { hi }),
      ...(numerator && { numerator: numerator.toNumber() }),
      ...(denominator && { denominator: denominator.toNumber() }),
      ...(whole && { whole: whole.toNumber() }),
      ...(reason && { reason }),
    };
  });
  const reasons = DATA_SECURITY_CAPABILITIES.flatMap((id) => values[id].reasons);
  return indicator("DATA_SEC_CAP", { enough: false, reasons, parts });
}
