import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Kept, openKept, rateOf, SCHOOL, TODAY, upload } from "./declared-suite.ts";
import { watchAttachments } from "./watch.ts";

const TEN_MINUTES_MS = 600_000;

let folder: string;
let kept: Kept;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "watch-"));
  kept = await openKept(folder);
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
});
afterEach(async () => {
  vi.useRealTimers();
  await kept.close();
  await rm(folder, { recursive: true });
});

describe("watching attachments", () => {
  it("finds within ten minutes that one is gone, and nothing more once it has ended", async () => {
    const { declared, attachments } = kept;
    const { sha256 } = await upload(attachments);
    await declared.enter(rateOf(sha256), () => "school");
    await rm(join(folder, "attachments", sha256));
    const stop = watchAttachments(declared, pino({ level: "silent" }));
    vi.advanceTimersByTime(TEN_MINUTES_MS - 1);
    expect(declared.standings(SCHOOL, TODAY)).toMatchObject([{ state: "in_force" }]);
    vi.advanceTimersByTime(1);
    await stop(); // waits for the look that is under way
    expect(declared.standings(SCHOOL, TODAY)).toMatchObject([{ state: "no_attachment" }]);
    await upload(attachments);
    vi.advanceTimersByTime(TEN_MINUTES_MS);
    expect(declared.standings(SCHOOL, TODAY)).toMatchObject([{ state: "no_attachment" }]);
  });
});
