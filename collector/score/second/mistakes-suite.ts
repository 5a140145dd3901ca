// Wrong versions of single rules: a comparison that does not notice them would prove nothing.
import type { Change } from "./sql-suite.ts";

function instead(from: string, to: string): Change {
  return (sql) => sql.replace(from, to);
}

export const MISTAKES: ReadonlyMap<string, Change> = new Map([
  ["θ is 0.94", instead("WHEN 20 * c.s < served_20 *", "WHEN 100 * c.s < 94 *")],
  ["κ is 0.75", instead("16 AS known_20", "15 AS known_20")],
  ["unknown counts as down", instead("20 * c.s < served_20 * (c.s + c.n)", "20 * c.s < served_20 * (c.s + c.n + c.x)")],
  ["one failed attempt is enough", instead("2 AS least_attempts", "1 AS least_attempts")],
  ["a blind agent is believed", instead("coalesce(t.passed, false)", "true")],
  [
    "a parent of which nothing is known is no obstacle",
    instead("WHEN p.state = 'UP'", "WHEN p.state IN ('UP', 'UNKNOWN')"),
  ],
  [
    "controllers' reports hold for their own slot only",
    instead("WHEN before.reported_up", "WHEN false AND before.reported_up"),
  ],
  ["a wrong clock is believed", instead("WHEN u.slot IS NOT NULL THEN 'UNKNOWN'", "WHEN false THEN 'UNKNOWN'")],
  ["a clock at its limit is not believed", instead("abs(value) > (SELECT", "abs(value) >= (SELECT")],
  ["maintenance has no cap", instead("1 AS maintenance_cap_20", "20 AS maintenance_cap_20")],
  ["what is switched off is broken", instead("WHEN d.is_on_demand THEN", "WHEN false THEN")],
  ["walk tests never age", instead("36 AS walk_test_months", "360 AS walk_test_months")],
  ["-68 dBm is enough", instead("-67 AS least_walk_test_dbm", "-68 AS least_walk_test_dbm")],
  ["a confirmation holds for 399 days", instead("400 AS inventory_age_days", "399 AS inventory_age_days")],
  ["public holidays are teaching days", instead("OR coalesce(is_public_holiday, false)", "")],
  ["make-up days are not taught", instead("WHEN is_makeup THEN true", "")],
  ["30 days without teaching freeze", instead("30 AS frozen_days", "29 AS frozen_days")],
  ["a break is over after four days", instead("5 AS freeze_days", "4 AS freeze_days")],
  ["the window has 19 days", instead("20 AS window_days", "19 AS window_days")],
  ["rates are printed from 0.80", instead("18 AS school_known_20", "16 AS school_known_20")],
  ["regions are printed from 0.75", instead("16 AS county_known_20", "15 AS county_known_20")],
]);
