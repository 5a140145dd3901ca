// Indicators of IoT: IOT_INTEGRATION (E16) and DATA_COLLECT.
import { ONE, ZERO } from "../exact.ts";
import { atLeast, type ModelParameters, PARAMETERS } from "../parameters.ts";
import { shareOf, sizeOf, type Tally, tallyOf } from "../share.ts";
import { allOf, type Truth } from "../truth.ts";
import { isEvidenced, type KnownSlots } from "./devices.ts";
import { DELIVERING_DAYS } from "./limits.ts";
import { because, type IndicatorPart, type IndicatorValue, mean, rate } from "./value.ts";

/** Teaching days of the window on which something delivered, did not, and on which nobody could have seen it. */
export type DeliveryDays = Tally;

/**
 * Whether something delivered on at least 90 % of teaching days; days that nobody saw are left out as unknown slots are. By the rule
 * of `reaches` in whole numbers, because a province asks it a million times.
 */
export function delivers({ yes, no, unknown }: DeliveryDays, { knownShare }: ModelParameters = PARAMETERS): Truth {
  const known = yes + no;
  const size = known + unknown;
  if (size === 0) return undefined;
  if (!atLeast(yes + unknown, size, DELIVERING_DAYS)) return false;
  if (known === 0 || !atLeast(known, size, knownShare)) return undefined;
  return atLeast(yes, known, DELIVERING_DAYS);
}

/** A registered terminal: what its entry says, and the days on which its state came through the unified path. */
export interface Terminal {
  hasClass: boolean;
  hasOwner: boolean;
  hasLocation: boolean;
  days: DeliveryDays;
}

/** 集成: registered with class, owner and location, and delivering; one that only its vendor's console sees is not. */
export function isIntegrated(
  { hasClass, hasOwner, hasLocation, days }: Terminal,
  parameters: ModelParameters = PARAMETERS,
): Truth {
  return allOf([hasClass, hasOwner, hasLocation, delivers(days, parameters)]);
}

/** The first three are the indicator's (监控, 门禁, 电器); `other` is shown beside it. */
export const TERMINAL_CLASSES = ["monitoring", "door", "appliance", "other"] as const;
export type TerminalClass = (typeof TERMINAL_CLASSES)[number];

/** Registered terminals of a class: integrated, not, not known. A class that is not given has none. */
export interface ClassOfTerminals {
  class: TerminalClass;
  terminals: Tally;
  /** The school attests that it has none; of no meaning where some are registered. */
  attestedZero?: boolean;
}

/** IOT_INTEGRATION: the mean of classes and not of terminals, because there are many cameras and few doors. */
export function iotIntegration(
  classes: readonly ClassOfTerminals[],
  parameters: ModelParameters = PARAMETERS,
): IndicatorValue & { other?: IndicatorPart } {
  const parts = TERMINAL_CLASSES.flatMap((name) => {
    const entry = classes.find((one) => one.class === name) ?? { class: name, terminals: tallyOf([]) };
    const part = classPart(entry, parameters);
    return part ? [part] : [];
  });
  const counted = parts.filter(({ id }) => id !== "other");
  const other = parts.find(({ id }) => id === "other");
  const ofReason = (reason: IndicatorPart["reason"]) => counted.filter((part) => part.reason === reason).length;
  const value = mean("IOT_INTEGRATION", counted, {
    enough: counted.every((part) => part.value !== undefined),
    reasons: [
      ...because(counted.length === 0 ? 1 : 0, "nothing_registered"),
      ...because(ofReason("zero_not_attested"), "zero_not_attested"),
      ...because(ofReason("too_few_known"), "too_few_known"),
    ],
  });
  return { ...value, ...(other && { other }) };
}

/** `undefined` for a class that leaves the mean: attested to be empty, or other and empty. */
function classPart(
  { class: id, terminals, attestedZero }: ClassOfTerminals,
  parameters: ModelParameters,
): IndicatorPart | undefined {
  const size = sizeOf(terminals);
  if (size === 0 && (attestedZero === true || id === "other")) return undefined;
  if (size === 0) return { id, lo: ZERO, hi: ONE, reason: "zero_not_attested" };
  const share = shareOf(terminals, parameters);
  const counts = { numerator: terminals.yes, denominator: terminals.yes + terminals.no, whole: size };
  return { id, ...share, ...counts, ...(share.value === undefined && { reason: "too_few_known" }) };
}

/** DATA_COLLECT: points that deliver by registered points. @param agents slots of the agents that would have seen them */
export function dataCollect(
  points: readonly DeliveryDays[],
  agents: KnownSlots,
  parameters: ModelParameters = PARAMETERS,
): IndicatorValue {
  const tally = tallyOf(points.map((days) => delivers(days, parameters)));
  const evidenced = isEvidenced(agents, parameters);
  return rate("DATA_COLLECT", tally, {
    enough: evidenced && points.length > 0,
    reasons: [
      ...because(points.length === 0 ? 1 : 0, "nothing_registered"),
      ...because(evidenced ? 0 : 1, "too_little_evidence"),
      ...because(tally.unknown, "unknown_item"),
    ],
  });
}
