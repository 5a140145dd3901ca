// Evidence and states in the plainest way there is, for comparison: every sample is kept, and every slot of every device judged from
// the samples in it by the table of section 4. Slow, and short enough to be checked by reading.
import { PROBE_FAILURES } from "../../contract/metrics.ts";
import type { InventoryDevice } from "../inventory/inventory.ts";
import type { TestSample } from "./campus-suite.ts";
import { SLOT_MS } from "./parameters.ts";
import { pathOf, stateCode } from "./state.ts";

const CLOCK_TRUST_SECONDS = 300;
/** Attempts within such a piece of time are one. */
const SAME_ATTEMPT_MS = 5;

/** Code of a device in the slot that begins at `beginMs`. */
export function plainCode(
  device: InventoryDevice,
  beginMs: number,
  samples: readonly TestSample[],
  devices: readonly InventoryDevice[],
): number {
  const heard = within(samples, beginMs);
  const own = heard.filter((sample) => sample.device === device.key);
  const before = within(samples, beginMs - SLOT_MS).filter((sample) => sample.device === device.key);
  const told = (list: readonly TestSample[], metric: string, value: number) =>
    list.some((sample) => sample.metric === metric && sample.value === value);
  const failedFor = (list: readonly TestSample[], ...codes: number[]) =>
    codes.some((code) => told(list, "probe_failure", code));
  const partly = (list: readonly TestSample[]) => failedFor(list, PROBE_FAILURES.incomplete, PROBE_FAILURES.protocol);
  const answered = told(own, "probe_ok", 1) || partly(own);
  const reported = told(own, "wifi_ap_up", 1);
  const carried =
    told(before, "wifi_ap_up", 1) &&
    !samples.some((sample) => isOffIn(sample, beginMs - SLOT_MS)) &&
    !(told(before, "probe_ok", 1) || partly(before) || told(before, "wifi_ap_up", 0)) &&
    !(told(own, "wifi_ap_up", 0) || told(own, "probe_ok", 0));
  const attempts = own.filter(({ metric, value }) => (metric === "probe_ok" || metric === "wifi_ap_up") && value !== 1);
  const times = new Set(attempts.map(({ atMs }) => Math.floor((atMs - beginMs) / SAME_ATTEMPT_MS)));
  const parent = devices.find(({ id }) => id === device.parent);
  const selfTests = heard.filter(
    ({ metric, instance }) => metric === "agent_selftest_passed" && (instance ?? "main") === device.segment,
  );
  return stateCode({
    expected: true,
    maintenance: false,
    success: answered || reported || carried,
    secondPathFailed:
      (answered && !reported && told(own, "wifi_ap_up", 0)) || (reported && !answered && told(own, "probe_ok", 0)),
    failedAttempts: times.size === 0 ? 0 : times.size === 1 ? 1 : 2,
    onDemand: device.expectedOn === "on_demand",
    agentHeard: heard.length > 0,
    selfTestPassed: selfTests.some(({ value }) => value === 1),
    selfTestFailed: selfTests.some(({ value }) => value !== 1),
    authFailed: failedFor(own, PROBE_FAILURES.auth),
    unasked: failedFor(own, PROBE_FAILURES.internal, PROBE_FAILURES.unsupported),
    clockUntrusted: samples.some((sample) => isOffIn(sample, beginMs)),
    rejected: false,
    path: pathOf(parent === undefined ? [] : [plainCode(parent, beginMs, samples, devices)]),
  });
}

function within(samples: readonly TestSample[], beginMs: number): TestSample[] {
  return samples.filter(({ atMs }) => atMs >= beginMs && atMs < beginMs + SLOT_MS);
}

/** A clock that was too far off, as it was heard in the slot, or as it stood in it. */
function isOffIn({ metric, atMs, value }: TestSample, beginMs: number): boolean {
  if (metric !== "agent_clock_offset_seconds" || Math.abs(value) <= CLOCK_TRUST_SECONDS) return false;
  return [atMs, atMs + value * 1_000].some((ms) => ms >= beginMs && ms < beginMs + SLOT_MS);
}
