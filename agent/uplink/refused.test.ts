import { mkdtemp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RefusedFile, refusedFile } from "./refused.ts";

let dir: string;
let kept: RefusedFile;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "agent-refused-"));
  kept = new RefusedFile({ dir, nowMs: () => 0, log: pino({ level: "silent" }) });
});
afterEach(() => rm(dir, { recursive: true }));

const record = (sequence: number, lines: string[]) => {
  const payload = gzipSync(`${lines.join("\n")}\n`);
  return { session: "s", sequence, createdAtMs: 0, lineCount: lines.length, payload };
};
const why = { status: 422, code: "STORE_REJECTED", message: "never" };

describe("what was refused for good", () => {
  it("is one JSON object per line, with the lines as they were", async () => {
    await kept.keepBatch(record(7, ["智慧,device=a x=1 5", "b"]), why);
    const text = await readFile(join(dir, "refused.ndjson"), "utf8");
    expect(
      text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([
      {
        at: "1970-01-01T00:00:00.000Z",
        kind: "batch",
        session: "s",
        sequence: 7,
        ...why,
        lines: ["智慧,device=a x=1 5", "b"],
      },
    ]);
    expect(kept.counts()).toEqual({ batches: 1, lines: 2 });
  });

  it("is found, with its length, also what an agent before us kept", async () => {
    await expect(refusedFile(dir)).resolves.toBeUndefined();
    await kept.keepBatch(record(1, ["a"]), why);
    const { size } = await stat(join(dir, "refused.ndjson"));
    await expect(refusedFile(dir)).resolves.toEqual({ path: join(dir, "refused.ndjson"), bytes: size });
    await writeFile(join(dir, "refused.1.ndjson"), "{}\n");
    await expect(refusedFile(dir)).resolves.toMatchObject({ bytes: size + 3 });
  });

  it("fills two files and no more, whatever letters it is written in", async () => {
    const limit = 16 * 1024 * 1024;
    for (let round = 0; round < 3; round += 1) {
      await writeFile(join(dir, "refused.ndjson"), "");
      await truncate(join(dir, "refused.ndjson"), limit - 2_000);
      await kept.keepBatch(record(round, ["智".repeat(1_500)]), why);
      expect((await stat(join(dir, "refused.ndjson"))).size).toBeLessThan(10_000);
    }
    const { bytes = 0 } = (await refusedFile(dir)) ?? {};
    expect(bytes).toBeLessThanOrEqual(2 * limit);
  });
});
