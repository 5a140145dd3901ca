// The quality verdict on a venue from its busy slots and its walk tests (scoring model 5.4).
import { atLeast, MODEL_VERSION } from "../parameters.ts";
import type { Quality } from "../venue.ts";
import { QUALITY_METRICS, QUALITY_PARAMETERS, type QualityMetric, type QualityParameters } from "./marks.ts";
import type { MarkCounts, QualityCounts } from "./slot.ts";
import { newestCounting, type WalkTestResult } from "./walk-test.ts";

/** `outranked`: a walk test speaks instead. `too_little_data`: known in too few busy slots to say anything. */
export type MetricState = "pass" | "fail" | "no_data" | "too_little_data" | "too_few_busy_slots" | "outranked";

/** One metric over the window: the busy slots in which its marks held and did not. */
export interface MetricQuality {
  metric: QualityMetric;
  state: MetricState;
  /** The good mark holds as well. */
  good: boolean;
  slots: MarkCounts;
  goodSlots: MarkCounts;
}

/** Why nothing is proven. */
export type UnprovenReason = "too_few_busy_slots" | "no_signal_or_snr" | "no_utilisation";

export interface VenueQuality {
  verdict: Quality;
  /** It passes, and all that it passes by is good. */
  good: boolean;
  busySlots: number;
  /** In the order of the model's table. */
  metrics: MetricQuality[];
  /** What the verdict rests on: all that fails, or all that it passes by. Empty when unproven. */
  decidedBy: (QualityMetric | "walk_test")[];
  /** Only when unproven. */
  reasons: UnprovenReason[];
  /** The one that outranks the controller's view of the signal. */
  walkTest?: WalkTestResult;
  /** All of them, those that do not count with their doubt. */
  walkTests: readonly WalkTestResult[];
  modelVersion: string;
}

/**
 * Whatever fails decides, because no missing metric could save the venue; a walk test is evidence of its own and needs no busy
 * slots for that. Passing needs them, and RSSI (of the controller or of a walk test) or SNR, and utilisation.
 */
export function venueQuality(
  counts: QualityCounts,
  walkTests: readonly WalkTestResult[] = [],
  parameters: QualityParameters = QUALITY_PARAMETERS,
): VenueQuality {
  const walkTest = newestCounting(walkTests);
  const metrics = QUALITY_METRICS.map((metric) => metricQuality(metric, counts, walkTest !== undefined, parameters));
  const spoken = [
    ...(walkTest
      ? [{ by: "walk_test" as const, passes: walkTest.holdsPass, good: walkTest.holdsPass && walkTest.holdsGood }]
      : []),
    ...metrics.flatMap(({ metric, state, good }) =>
      state === "pass" || state === "fail" ? [{ by: metric, passes: state === "pass", good }] : [],
    ),
  ];
  const failing = spoken.filter(({ passes }) => !passes);
  const reasons = failing.length > 0 ? [] : missing(counts.busy, new Set(spoken.map(({ by }) => by)), parameters);
  const verdict: Quality = failing.length > 0 ? "fail" : reasons.length > 0 ? "unproven" : "pass";
  const deciding = verdict === "fail" ? failing : verdict === "pass" ? spoken : [];
  return {
    verdict,
    good: verdict === "pass" && spoken.every(({ good }) => good),
    busySlots: counts.busy,
    metrics,
    decidedBy: deciding.map(({ by }) => by),
    reasons,
    ...(walkTest && { walkTest }),
    walkTests,
    modelVersion: MODEL_VERSION,
  };
}

function missing(
  busy: number,
  known: ReadonlySet<QualityMetric | "walk_test">,
  { busySlots }: QualityParameters,
): UnprovenReason[] {
  if (busy < busySlots) return ["too_few_busy_slots"];
  const hasSignal = known.has("walk_test") || known.has("signal") || known.has("snr");
  return [
    ...(hasSignal ? [] : ["no_signal_or_snr" as const]),
    ...(known.has("utilisation") ? [] : ["no_utilisation" as const]),
  ];
}

function metricQuality(
  metric: QualityMetric,
  { busy, pass, good }: QualityCounts,
  hasWalkTest: boolean,
  parameters: QualityParameters,
): MetricQuality {
  const [slots, goodSlots] = [pass[metric], good[metric]];
  const stateOf = (counts: MarkCounts): MetricState => {
    if (hasWalkTest && metric === "signal") return "outranked";
    return busy < parameters.busySlots ? "too_few_busy_slots" : overSlots(counts, busy, parameters);
  };
  const state = stateOf(slots);
  return { metric, state, good: state === "pass" && stateOf(goodSlots) === "pass", slots, goodSlots };
}

/**
 * Whether a mark holds in enough of the busy slots, as 5.3 asks of coverage: too often missed for any unknown slot to save it;
 * else too little known; else by the known ones. In whole numbers.
 */
function overSlots(
  { held, missed }: MarkCounts,
  busy: number,
  { qualitySlotShare, knownShare }: QualityParameters,
): "pass" | "fail" | "no_data" | "too_little_data" {
  if (!atLeast(busy - missed, busy, qualitySlotShare)) return "fail";
  const known = held + missed;
  if (known === 0) return "no_data";
  if (!atLeast(known, busy, knownShare)) return "too_little_data";
  return atLeast(held, known, qualitySlotShare) ? "pass" : "fail";
}
