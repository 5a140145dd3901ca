// Which figure the series of a target's part is of. Where the clause counts something that no indicator says, there is none.
import { INDICATORS, type IndicatorId, isIndicatorId } from "../indicators/catalogue.ts";
import { DATA_SECURITY_CAPABILITIES, type DataSecurityCapability } from "../indicators/security.ts";
import { methodOf, type TargetPart } from "./method.ts";
import { isShare, type PolicyTarget } from "./target.ts";

export interface PartFigure {
  id: IndicatorId;
  /** What of the indicator: a capability, or the target's id as the name of a list. */
  part?: string;
}

/** Indicators that are declared list by list; a list is named by the target that asks for it. */
const LISTED: ReadonlySet<IndicatorId> = new Set<IndicatorId>(["PILOT_COUNT"]);
/** What each school, county or the province has for itself, so that nothing can be said of all of them together. */
const OF_EACH: ReadonlySet<IndicatorId> = new Set<IndicatorId>(["DOCKING_STATUS", "DRILL_COUNT"]);
/** Shares of networks or websites are made of marks that each of them reached, which section 7.3 keeps apart. */
const SHARE_UNIT = "0–1";

/** `undefined`: nothing here computes what the clause counts. */
export function figureOfPart(target: PolicyTarget, part: TargetPart): PartFigure | undefined {
  const id = part.indicator?.key ?? target.indicators[0]?.key ?? "";
  if (!isIndicatorId(id)) return undefined;
  const method = methodOf(target);
  if (method === "trend" || method === "narrowing") return { id };
  if (method === "quota" || OF_EACH.has(id)) return undefined;
  if (isShare(part.unit ?? "") !== (INDICATORS[id].unit === SHARE_UNIT)) return undefined;
  if (id === "DATA_SEC_CAP") return { id, ...capabilityOf(target) };
  return { id, ...(LISTED.has(id) && { part: target.id }) };
}

/** D73a to D73f ask for the six capabilities in the order in which the model names them. */
function capabilityOf({ id }: PolicyTarget): { part?: DataSecurityCapability } {
  const part = DATA_SECURITY_CAPABILITIES["abcdef".indexOf(id.slice(-1))];
  return part === undefined ? {} : { part };
}
