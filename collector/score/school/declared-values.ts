// What a school declares and nobody measures: rates, attestations, and that it has no website of its own.
import { attestationOf, declaredRateOf, hasNoWebsite } from "../../declared/inputs.ts";
import { DECLARED_RATES } from "../indicators/declared.ts";
import { allOpticalCount } from "../indicators/spaces.ts";
import { because, type IndicatorValue, notApplicable, rate } from "../indicators/value.ts";
import { tallyOf } from "../share.ts";
import type { SchoolView } from "./view.ts";

export function declaredValues({ school, standings, asOfDay }: SchoolView): IndicatorValue[] {
  const isOptical = attestationOf("ALL_OPTICAL_COUNT", standings);
  const isSmart = attestationOf("SMART_RATE", standings);
  return [
    ...DECLARED_RATES.map((id) => declaredRateOf(id, standings, asOfDay)),
    allOpticalCount(isOptical === undefined ? undefined : isOptical ? [{ id: school.id }] : []),
    rate("SMART_RATE", tallyOf([isSmart]), {
      enough: isSmart !== undefined,
      reasons: because(isSmart === undefined ? 1 : 0, "no_entry"),
    }),
    ...(hasNoWebsite(standings) ? [notApplicable("IPV6_WEB", "no_own_website")] : []),
  ];
}
