import { expect, it } from "vitest";
import { MAX_PARTS } from "../../contract/batch.ts";
import { RequestSize } from "./size.ts";

/** Requests that are as long as they may be, with many small batches. */
const full = (size: RequestSize) => ({ records: size.bounds.records, bytes: 10 });

it("begins small and doubles up to the most", () => {
  const size = new RequestSize();
  const seen: number[] = [];
  for (let i = 0; i < 6; i += 1) {
    seen.push(size.bounds.records);
    size.succeeded(full(size), 10);
  }
  expect(seen).toEqual([16, 32, 64, 128, MAX_PARTS, MAX_PARTS]);
  expect(size.bounds.bytes).toBe(1_000_000);
});

it("does not grow by requests that say nothing of longer ones", () => {
  const size = new RequestSize();
  for (let i = 0; i < 20; i += 1) size.succeeded({ records: 1, bytes: 10 }, 10);
  expect(size.bounds.records).toBe(16);
});

it.each([
  { tookMs: 2_000, records: 32 },
  { tookMs: 2_001, records: 16 },
  { tookMs: 8_000, records: 16 },
  { tookMs: 8_001, records: 8 },
])("may hold $records batches after a request that took $tookMs ms", ({ tookMs, records }) => {
  const size = new RequestSize();
  size.succeeded(full(size), tookMs);
  expect(size.bounds.records).toBe(records);
});

it("is halved from what was sent, never below one batch", () => {
  const size = new RequestSize();
  size.failed({ records: 4, bytes: 10 });
  expect(size.bounds.records).toBe(2);
  for (let i = 0; i < 20; i += 1) size.failed({ records: 1, bytes: 10 });
  expect(size.bounds.records).toBe(1);
});

it("grows slowly where a request was once too large", () => {
  const size = new RequestSize();
  for (let i = 0; i < 5; i += 1) size.succeeded(full(size), 10);
  size.tooLarge({ records: MAX_PARTS, bytes: 1_000_000 });
  expect(size.bounds.records).toBe(128);
  size.succeeded(full(size), 10);
  expect(size.bounds.records).toBe(144);
});
