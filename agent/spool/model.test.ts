import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { scan } from "./record.ts";
import type { Spool } from "./spool.ts";
import { drain, linesOf, segmentsOf, useSpools } from "./spool-suite.ts";

const at = useSpools();
/** Small segments, so that they roll over; far from the bound, so that nothing is dropped. */
const bounds = { maxBytes: 80_000 };

interface Batch {
  sequence: number;
  lines: string[];
  /** Acknowledged before those in front of it. */
  isAhead: boolean;
}

/** A plain list of what waits, in order, beside the spool itself. */
class Pair {
  spool: Spool;
  folder: string;
  readonly #name: string;
  batches: Batch[] = [];
  /** Everything that was ever acknowledged. */
  readonly acknowledged = new Set<number>();
  #next = 1;
  #copies = 0;

  constructor(name: string, folder: string, spool: Spool) {
    this.#name = name;
    this.folder = folder;
    this.spool = spool;
  }

  get waiting(): Batch[] {
    return this.batches.filter(({ isAhead }) => !isAhead);
  }

  async append(isBig: boolean): Promise<void> {
    const lines = isBig ? Array.from({ length: 90 }, () => `${Math.random()}`) : [`m ${this.#next}`];
    const { sequence } = await this.spool.append(lines);
    expect(sequence).toBeGreaterThanOrEqual(this.#next);
    this.#next = sequence + 1;
    this.batches.push({ sequence, lines, isAhead: false });
  }

  async ack(count: number): Promise<number[]> {
    const records = await this.spool.peekMany(count, 1e6);
    const given = records.map(({ sequence }) => sequence);
    for (const { sequence, payload } of records) {
      expect(linesOf(payload)).toEqual(this.batches.find((batch) => batch.sequence === sequence)?.lines);
    }
    await this.spool.ack(...given);
    this.#taken(given);
    this.batches = this.batches.filter(({ sequence }) => !given.includes(sequence));
    this.#passAhead();
    return given;
  }

  async deliverNewest(): Promise<number | undefined> {
    const newest = await this.spool.peekNewest();
    if (!newest) return undefined;
    await this.spool.ackAhead(newest.sequence);
    this.#taken([newest.sequence]);
    for (const batch of this.batches) if (batch.sequence === newest.sequence) batch.isAhead = true;
    this.#passAhead();
    return newest.sequence;
  }

  async reopen(isCrash: boolean): Promise<void> {
    this.#copies += 1;
    const copy = isCrash ? await at.crash(this.folder, `${this.#name}-${this.#copies}`) : this.folder;
    await this.spool.close();
    this.folder = copy;
    this.spool = await at.open(copy, bounds);
    // What was acknowledged ahead is forgotten with the process.
    for (const batch of this.batches) batch.isAhead = false;
  }

  #taken(sequences: number[]): void {
    for (const sequence of sequences) this.acknowledged.add(sequence);
  }

  #passAhead(): void {
    while (this.batches[0]?.isAhead) this.batches.shift();
  }
}

let runs = 0;
async function newPair(): Promise<Pair> {
  runs += 1;
  const folder = join(at.root, `model-${runs}`);
  return new Pair(`model-${runs}`, folder, await at.open(folder, bounds));
}

const operation = fc.oneof(
  { weight: 5, arbitrary: fc.record({ what: fc.constantFrom("append" as const), isBig: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constantFrom("ack" as const), count: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constantFrom("live" as const, "peek" as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom("reopen" as const, "crash" as const) }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

async function apply(pair: Pair, one: Operation): Promise<void> {
  switch (one.what) {
    case "append":
      return pair.append(one.isBig);
    case "ack":
      await pair.ack(one.count);
      return;
    case "live":
      await pair.deliverNewest();
      return;
    case "peek":
      await pair.spool.peek();
      return;
    case "reopen":
    case "crash":
      return pair.reopen(one.what === "crash");
  }
}

it("behaves like a list from which the oldest and the newest are taken, over restarts and power cuts", async () => {
  const property = fc.asyncProperty(fc.array(operation, { maxLength: 40 }), async (operations) => {
    const pair = await newPair();
    for (const one of operations) {
      const oldest = pair.waiting[0]?.sequence;
      const newest = pair.batches.at(-1);
      expect((await pair.spool.peek())?.sequence).toBe(oldest);
      expect((await pair.spool.peekNewest())?.sequence).toBe(newest?.isAhead ? undefined : newest?.sequence);
      await apply(pair, one);
      expect(pair.spool.stats()).toMatchObject({ pendingBatches: pair.waiting.length, droppedTotal: 0 });
    }
    expect(await drain(pair.spool)).toEqual(pair.waiting.map(({ sequence, lines }) => ({ sequence, lines })));
    await pair.spool.close();
  });
  await fc.assert(property, { numRuns: 60 });
});

/** Flips bits in one batch on disk. @returns its sequence; `undefined` when there is no file, or the place is nobody's. */
async function damage(folder: string, where: number): Promise<number | undefined> {
  const names = await segmentsOf(folder);
  const name = names[Math.floor(where * names.length)];
  if (name === undefined) return undefined;
  const bytes = await readFile(join(folder, name));
  const offset = Math.floor(((where * names.length) % 1) * bytes.length);
  const hit = scan(bytes).find((stretch) => offset >= stretch.offset && offset < stretch.offset + stretch.bytes);
  if (hit?.kind !== "record") return undefined;
  const file = await open(join(folder, name), "r+");
  await file.write(Buffer.from([(bytes[offset] ?? 0) ^ 0x5a]), 0, 1, offset);
  await file.close();
  return hit.header.sequence;
}

it("loses what is damaged and nothing else, and counts it, while it is used and restarted", async () => {
  const damages = fc.record({
    what: fc.constantFrom("damage" as const),
    where: fc.double({ min: 0, max: 0.999, noNaN: true }),
  });
  const any = fc.oneof({ weight: 8, arbitrary: operation }, { weight: 1, arbitrary: damages });
  const property = fc.asyncProperty(fc.array(any, { maxLength: 40 }), async (operations) => {
    const pair = await newPair();
    const damaged = new Set<number>();
    const given: number[] = [];
    for (const one of operations) {
      if (one.what === "damage") {
        const sequence = await damage(pair.folder, one.where);
        if (sequence !== undefined) damaged.add(sequence);
      } else await apply(pair, one);
      if (one.what === "append") given.push(pair.batches.at(-1)?.sequence ?? 0);
    }
    const left = (await drain(pair.spool)).map(({ sequence }) => sequence);
    const lost = given.filter((sequence) => !pair.acknowledged.has(sequence) && !left.includes(sequence));
    expect(lost.filter((sequence) => !damaged.has(sequence))).toEqual([]);
    expect(new Set(given).size).toBe(given.length);
    expect([...left].sort((a, b) => a - b)).toEqual(left);
    // Neighbours that are lost together at the end of a file count as one, because nobody knows better.
    const { droppedTotal } = pair.spool.stats();
    expect(droppedTotal).toBeLessThanOrEqual(damaged.size);
    if (lost.length > 0) expect(droppedTotal).toBeGreaterThan(0);
    await pair.spool.close();
  });
  await fc.assert(property, { numRuns: 80 });
});
