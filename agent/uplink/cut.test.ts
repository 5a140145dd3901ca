import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { useBench } from "./collector-suite.ts";

const bench = useBench();

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

async function segmentBytes(): Promise<number> {
  const names = (await readdir(bench.dir)).filter((name) => name.endsWith(".seg"));
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(bench.dir, name))).size));
  return sizes.reduce((a, b) => a + b, 0);
}

/** What an agent says each minute: how 40 devices are. */
const minute = (i: number) =>
  Array.from({ length: 40 }, (_, device) => `ap,device=d${device} wifi_clients=${(i * device) % 37} ${bench.nowMs}`);

it("drains a day in order while what is new arrives first, within the bound of the spool", async () => {
  const maxBytes = 2_000_000;
  await bench.reopen({ maxBytes });
  const { collector } = bench;
  for (let i = 0; i < DAY_MS / MINUTE_MS; i += 1) {
    bench.nowMs += MINUTE_MS;
    await bench.spool.append(minute(i));
    expect(await segmentBytes()).toBeLessThanOrEqual(maxBytes);
  }
  expect(bench.spool.stats()).toMatchObject({ pendingBatches: 1_440, droppedTotal: 0 });

  // Each second answer takes a minute, so that there is something new before each.
  const ages: number[] = [];
  const made: number[] = [];
  let newest = 1_440;
  collector.onAsked = async ({ lane, batches }) => {
    if (lane === "live") ages.push(newest - (batches[0]?.sequence ?? 0));
    bench.nowMs += MINUTE_MS;
    if (bench.spool.stats().pendingBatches > 3) made.push((await bench.spool.append(minute(++newest))).sequence);
    expect(await segmentBytes()).toBeLessThanOrEqual(maxBytes);
  };
  bench.start();
  await bench.isEmpty();

  const backlog = collector.lane("backlog");
  expect(backlog).toEqual([...backlog].sort((a, b) => a - b));
  expect(collector.asked[0]?.lane).toBe("live");
  expect(ages.every((age) => age === 0)).toBe(true);
  const lanes = collector.asked.map(({ lane }) => lane);
  expect(lanes.some((lane, i) => lane === "live" && lanes[i + 1] === "live")).toBe(false);
  expect(new Set(collector.stored.map(({ sequence }) => sequence)).size).toBe(1_440 + made.length);
  expect(collector.stored).toHaveLength(1_440 + made.length);
  expect(bench.spool.stats()).toMatchObject({ droppedTotal: 0, pendingBytes: 0 });
});

it("drains many small batches in few requests", async () => {
  const count = 20_000;
  for (let i = 0; i < count; i += 500) {
    await Promise.all(Array.from({ length: 500 }, (_, j) => bench.spool.append([`line ${i + j}`])));
  }
  bench.start();
  await bench.isEmpty();
  const { collector } = bench;
  expect(collector.stored).toHaveLength(count);
  expect(collector.lane("live")).toEqual([count]);
  expect(collector.lane("backlog")).toEqual(Array.from({ length: count - 1 }, (_, i) => i + 1));
  expect(collector.asked.length).toBeLessThan(100);
}, 120_000);

it("goes on where a bound of the spool dropped what was on its way, and counts what was lost", async () => {
  const maxBytes = 40_000;
  await bench.reopen({ maxBytes });
  const { collector } = bench;
  let appended = 0;
  const append = async () => {
    appended += 1;
    await bench.spool.append(Array.from({ length: 10 }, () => `${Math.random()}${Math.random()}`));
  };
  while (bench.spool.stats().droppedTotal === 0) await append();
  // While the first requests are under way, everything they carry is dropped to make room.
  let requests = 0;
  collector.onAsked = async () => {
    requests += 1;
    if (requests > 4) return;
    for (let i = 0; i < 120; i += 1) await append();
  };
  bench.start();
  await bench.isEmpty();
  const { droppedTotal } = bench.spool.stats();
  expect(droppedTotal).toBeGreaterThan(100);
  expect(collector.stored.length + droppedTotal).toBe(appended);
});
