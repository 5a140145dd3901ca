// Instants as the API writes them: ISO 8601 with the offset of Asia/Shanghai, to the second.
import type { ClockView } from "../../contract/api.ts";
import type { Clock } from "../../contract/clock.ts";

const OFFSET_MS = 8 * 3_600_000;

export function isoInstant(atMs: number): string {
  return `${new Date(atMs + OFFSET_MS).toISOString().slice(0, 19)}+08:00`;
}

export function clockView(clock: Clock & { kind: "system" | "school"; speed(): number }): ClockView {
  return { now: isoInstant(clock.nowMs()), kind: clock.kind, speed: clock.speed() };
}
