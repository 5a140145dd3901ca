// What tests of the running demo share: a browser that leaves the network alone, and looking without slowing it down.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { type Browser, chromium } from "playwright-core";
import type { SchoolSummary } from "../contract/api.ts";
import { until as untilAtOnce } from "./programs.ts";

/** Absent where chromium is not installed. */
export const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-sync",
  "--disable-component-update",
];
const LOOK_AGAIN_MS = 300;

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ ...(CHROMIUM ? { executablePath: CHROMIUM } : {}), args: QUIET });
}

/** Looks seldom: the demo has to keep pace with its clock on the machine that the test runs on. */
export function until<T>(look: () => Promise<T | undefined | false> | T | undefined | false): Promise<T> {
  return untilAtOnce(async () => (await look()) || pause(LOOK_AGAIN_MS, undefined));
}

export function devicesOf(all: readonly SchoolSummary[]): number {
  return all.reduce((sum, { devices }) => sum + Object.values(devices).reduce((a, b) => a + b, 0), 0);
}

/** Ids of the processes that a process has started itself. */
export function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number),
  );
}
