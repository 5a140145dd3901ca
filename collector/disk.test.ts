import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { DiskWatch } from "./disk.ts";

const log = pino({ level: "silent" });

describe("the watch on the disk", () => {
  it("takes batches while there is room, and says how much is missing when there is not", async () => {
    const roomy = new DiskWatch({ dir: "/", minFreeBytes: 0, log });
    await roomy.look();
    expect(roomy.paused()).toBeUndefined();
    const short = new DiskWatch({ dir: "/", minFreeBytes: 1e18, log });
    expect(short.paused()).toBeUndefined();
    await short.look();
    expect(short.paused()).toEqual({ message: expect.stringContaining("1000000000GB"), retryAfterSeconds: 60 });
  });

  it("takes a folder that cannot be asked for one with room: writing says what is wrong", async () => {
    const gone = new DiskWatch({ dir: "/no/such/folder", minFreeBytes: 1e18, log });
    await gone.look();
    expect(gone.paused()).toBeUndefined();
  });
});
