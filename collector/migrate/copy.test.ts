import { describe, expect, it } from "vitest";
import { createMemoryStore } from "../store/memory.ts";
import type { ReadingStore, Rollup } from "../store/store.ts";
import { batchOf, busy, clients, MINUTE, OTHER_SCHOOL, repeatOf, SCHOOL, T0 } from "../store/store-suite.ts";
import { Checksum, hashOf } from "./checksum.ts";
import { contentsOf } from "./contents.ts";
import { copyStore } from "./copy.ts";
import { migrationTable } from "./table.ts";

const DAY_MS = 86_400_000;
const rollup: Rollup = {
  ...{ startMs: T0, count: 2, sum: 3, min: 1, max: 2, first: 1, last: 2 },
  ...{ firstMs: T0, lastMs: T0 + MINUTE, increase: 1 },
};

/** Two schools, three days, all kinds. */
async function filled(): Promise<ReadingStore> {
  const store = createMemoryStore();
  for (const schoolId of [SCHOOL, OTHER_SCHOOL]) {
    for (let day = 0; day < 3; day++) {
      const atMs = T0 + day * DAY_MS;
      await store.write(
        batchOf(
          [
            [clients("ap-1"), atMs, day],
            [busy("ap-1", "射频 1"), atMs, 0.5],
          ],
          {
            schoolId,
            agentId: `agent-${schoolId}`,
            receivedAtMs: atMs,
            facts: [{ device: "ap-1", atMs, texts: { model: `m${day}` } }],
            events: [{ device: "ap-1", atMs, kind: "link_up", text: `${day}` }],
          },
        ),
      );
    }
    for (const resolution of ["5m", "1h", "1d"] as const) {
      await store.writeRollups(schoolId, resolution, [{ key: clients("ap-1"), rollup }]);
    }
  }
  await store.setRolledUpTo(T0 + DAY_MS);
  return store;
}

describe("a copy of a store", () => {
  it("holds the same, knows the same batches, and says what it holds", async () => {
    const [from, to] = [await filled(), createMemoryStore()];
    const copied = await copyStore({ from, to });
    expect(copied.differences).toEqual([]);
    const batch = batchOf([[clients("ap-1"), T0, 9]], { session: "again" });
    await from.write(batch);
    expect((await copyStore({ from, to })).differences).toEqual([]);
    await expect(to.write(batch)).resolves.toEqual(repeatOf(batch));
    await expect(to.rolledUpTo()).resolves.toBe(T0 + DAY_MS);
    await expect(to.datedFacts(SCHOOL)).resolves.toEqual([
      { device: "ap-1", atMs: T0 + 2 * DAY_MS, texts: { model: "m2" } },
    ]);
    const lines = migrationTable(copied).split("\n");
    expect(lines[0]).toMatch(/^school +days +readings +rollups 5m +rollups 1h +rollups 1d +facts +events +ledger$/);
    expect(lines[1]).toMatch(new RegExp(`^${SCHOOL} +3 +6 +1 +1 +1 +1 +3 +equal$`));
    expect(lines.at(-1)).toBe("both stores hold the same");
  });

  it("names what differs, part by part", async () => {
    const [from, to] = [await filled(), createMemoryStore()];
    await copyStore({ from, to });
    await to.adopt(SCHOOL, batchOf([[clients("ap-1"), T0, 77]]));
    await to.write(batchOf([], { agentId: "stranger", receivedAtMs: T0 - DAY_MS }));
    const done = new Map([...(await contentsOf(from))].map(([name, { checksum }]) => [name, checksum.text]));
    const copied = await copyStore({ from, to, done: (name) => done.get(name) });
    expect(copied.skipped).toBe(done.size);
    expect(
      copied.differences.map(({ part, from, to }) => [part.kind, part.schoolId, from === undefined, to !== undefined]),
    ).toEqual(
      expect.arrayContaining([
        ["readings", SCHOOL, false, true],
        ["ledger", undefined, true, true],
      ]),
    );
    expect(copied.differences).toHaveLength(2);
    expect(migrationTable(copied)).toMatch(
      /DIFFERS[\s\S]*differs: readings 3633000001 2026-03-02: source 2:[\s\S]*2 parts differ/,
    );
  });

  it("goes on where it was ended, and copies again what has changed since", async () => {
    const [from, to] = [await filled(), createMemoryStore()];
    const done = new Map<string, string>();
    const ending = new Error("killed");
    const ended = copyStore({
      from,
      to,
      done: (name) => done.get(name),
      onCopied: async (name, checksum) => {
        done.set(name, checksum);
        if (done.size === 7) throw ending;
      },
    });
    await expect(ended).rejects.toBe(ending);
    await from.adopt(SCHOOL, batchOf([[clients("ap-1"), T0, 5]])); // of a part that was copied
    const again = await copyStore({ from, to, done: (name) => done.get(name) });
    expect(again.skipped).toBe(6);
    expect(again.differences).toEqual([]);
  });
});

describe("a checksum", () => {
  it("is the same in any order, and differs for any difference", () => {
    const [a, b] = [hashOf("wifi_clients\0ap-1"), hashOf("wifi_clients\0ap-2")];
    const of = (...samples: [typeof a, number, number][]) => {
      const sum = new Checksum();
      for (const [name, atMs, value] of samples) sum.addSample(name, atMs, value);
      return sum.text;
    };
    expect(of([a, T0, 1], [b, T0, 2])).toBe(of([b, T0, 2], [a, T0, 1]));
    const different = [
      of([a, T0, 1], [b, T0, 2]),
      of([a, T0, 2], [b, T0, 1]),
      of([a, T0 + 1, 1], [b, T0 - 1, 2]),
      of([a, T0, 1]),
      of([a, T0, 1], [a, T0, 1]),
      of([a, T0, 0.1]),
      of([a, T0, 0.1 + Number.EPSILON / 16]),
      of(),
    ];
    expect(new Set(different).size).toBe(different.length);
    expect(of([a, T0, 0])).toBe(of([a, T0, -0]));
  });
});
