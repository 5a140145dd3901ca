import { describe, expect, it } from "vitest";
import { LineMemory } from "./line-memory.ts";

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const found = (memory: LineMemory<string, string>, hash: number, text: string) => {
  const number = memory.find(hash, bytes(text), 0, bytes(text).length);
  return number < 0 ? undefined : memory.head(number);
};

describe("heads by their bytes", () => {
  it("are found again, however many there are", () => {
    const memory = new LineMemory<string, string>(1e9);
    for (let i = 0; i < 5_000; i++) memory.add(Math.imul(i, 0x9e3779b1), bytes(`m,d=${i}`), `head ${i}`, undefined, 10);
    for (let i = 0; i < 5_000; i++) expect(found(memory, Math.imul(i, 0x9e3779b1), `m,d=${i}`)).toBe(`head ${i}`);
    expect(found(memory, 1, "m,d=1")).toBeUndefined();
  });

  it("of one hash are kept apart by their bytes", () => {
    const memory = new LineMemory<string, string>(1e9);
    for (const name of ["a", "b", "ab"]) memory.add(7, bytes(name), name, undefined, 10);
    for (const name of ["a", "b", "ab"]) expect(found(memory, 7, name)).toBe(name);
    expect(found(memory, 7, "ba")).toBeUndefined();
  });

  it("that were made to share one hash push each other out, so that no look-up takes long", () => {
    const memory = new LineMemory<string, string>(1e9);
    const names = Array.from({ length: 1_000 }, (_, i) => `m,d=${i}`);
    for (const name of names) memory.add(7, bytes(name), name, undefined, 10);
    expect(found(memory, 7, "m,d=999")).toBe("m,d=999");
    expect(names.filter((name) => found(memory, 7, name) !== undefined).length).toBeLessThanOrEqual(20);
  });

  it("are all forgotten when they take more than they may", () => {
    const memory = new LineMemory<string, string>(10_000);
    for (let i = 0; i < 1_000; i++) {
      memory.add(i, bytes(`m,d=${i}`), `head ${i}`, undefined, 10);
      expect(memory.usedBytes).toBeLessThanOrEqual(10_000);
    }
    expect(found(memory, 999, "m,d=999")).toBe("head 999");
    expect(found(memory, 0, "m,d=0")).toBeUndefined();
  });
});
