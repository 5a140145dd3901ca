// The quality of a venue as the API shows it.
import type { VenueQualityView } from "../../contract/api.ts";
import { QUALITY_PARAMETERS } from "../score/quality/marks.ts";
import type { MetricQuality, VenueQuality } from "../score/quality/venue-quality.ts";

export function qualityView({ verdict, good, busySlots, metrics, decidedBy, reasons }: VenueQuality): VenueQualityView {
  return {
    verdict,
    good,
    busySlots,
    metrics: metrics.map(metricView),
    decidedBy: [...decidedBy],
    reasons: [...reasons],
  };
}

function metricView({ metric, state, good, slots, goodSlots }: MetricQuality): VenueQualityView["metrics"][number] {
  const { zh, en, unit, pass, good: goodMark, side } = QUALITY_PARAMETERS.qualityMarks[metric];
  return {
    metric,
    nameZh: zh,
    nameEn: en,
    unit,
    pass,
    goodMark,
    side,
    state,
    good,
    held: slots.held,
    missed: slots.missed,
    goodHeld: goodSlots.held,
    goodMissed: goodSlots.missed,
  };
}
