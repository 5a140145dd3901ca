// Indicators of a school's security and docking: SEC_POSTURE, DOCKING_STATUS, MLPS_FILED, DRILL_COUNT, DATA_SEC_CAP.
import { attestationOf, capabilityTallies, drillsOf, systemList } from "../../declared/inputs.ts";
import { DELIVERING_MS } from "../indicators/limits.ts";
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
function dockingOf(view: SchoolView): Docking | undefined {
  const { measured, hasAgent, standings, asOfMs } = view;
  const lastSuccessAtMs = lastDeliveryMs(view);
  const isDelivering = lastSuccessAtMs !== undefined && asOfMs - lastSuccessAtMs <= DELIVERING_MS;
  // An agent of which nobody asked the store may have delivered since.
  if (!isDelivering && hasAgent && measured === undefined) return undefined;
  if (lastSuccessAtMs !== undefined) return { configured: true, lastSuccessAtMs };
  return { configured: hasAgent || attestationOf("DOCKING_STATUS", standings) === true };
}

function lastDeliveryMs({ judgement, measured }: SchoolView): number | undefined {
  let last = measured?.lastReadingMs;
  const times = [measured?.delivery?.lastReceivedMs];
  for (const { lastSeenMs } of judgement.devices.values()) times.push(lastSeenMs);
  for (const atMs of times) if (atMs !== undefined) last = Math.max(last ?? atMs, atMs);
  return last;
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
