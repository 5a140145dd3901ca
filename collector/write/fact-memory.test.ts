import { expect, it } from "vitest";
import { FactMemory } from "./fact-memory.ts";

const SCHOOL = "2133000001";
const DAY_MS = 86_400_000;
const NOW = 1_788_742_920_000;
const fact = (texts: Record<string, string>, atMs = NOW, device = "sw") => ({ device, atMs, texts });

it("texts are new once, when they change, and once a day", () => {
  const memory = new FactMemory();
  const first = memory.fresh(SCHOOL, [fact({ name: "a", location: "x" })]);
  expect(first).toEqual([fact({ name: "a", location: "x" })]);
  memory.keep(SCHOOL, first);
  expect(memory.fresh(SCHOOL, [fact({ name: "a", location: "x" }, NOW + DAY_MS - 1)])).toEqual([]);
  expect(memory.fresh(SCHOOL, [fact({ name: "b", location: "x" }, NOW + 1)])).toEqual([fact({ name: "b" }, NOW + 1)]);
  expect(memory.fresh(SCHOOL, [fact({ name: "a" }, NOW + DAY_MS)])).toEqual([fact({ name: "a" }, NOW + DAY_MS)]);
  expect(memory.fresh("3133000002", [fact({ name: "a" })])).toHaveLength(1);
});

it("texts that were not stored are new again", () => {
  const memory = new FactMemory();
  memory.fresh(SCHOOL, [fact({ name: "a" })]);
  expect(memory.fresh(SCHOOL, [fact({ name: "a" })])).toHaveLength(1);
});

it("of several lines about one device the last word counts", () => {
  const memory = new FactMemory();
  const lines = [fact({ name: "a", model: "m" }), fact({ name: "b" }, NOW + 1), fact({ name: "c" }, NOW, "other")];
  expect(memory.fresh(SCHOOL, lines)).toEqual([
    fact({ name: "b", model: "m" }, NOW + 1),
    fact({ name: "c" }, NOW, "other"),
  ]);
});
