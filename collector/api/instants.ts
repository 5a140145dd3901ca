// The collector's clock as the API shows it.
import type { ClockView } from "../../contract/api.ts";
import type { Clock } from "../../contract/clock.ts";
import { instantText } from "../inventory/day.ts";

export function clockView(clock: Clock & { kind: "system" | "school"; speed(): number }): ClockView {
  return { now: instantText(clock.nowMs()), kind: clock.kind, speed: clock.speed() };
}
