import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SLOTS_PER_DAY } from "../parameters.ts";
import { SEEN } from "../seen.ts";
import { OpenDay } from "./open-day.ts";
import { PackedDay } from "./packed-day.ts";

interface Deed {
  device: number;
  slot: number;
  what: "see" | "fail" | "hear" | "selfTest";
  value: number;
}

const deed: fc.Arbitrary<Deed> = fc.record({
  // Few enough that the same slot of the same device is met again.
  device: fc.oneof(fc.nat({ max: 1 }), fc.nat({ max: 300 })),
  slot: fc.oneof(fc.nat({ max: 1 }), fc.nat({ max: SLOTS_PER_DAY - 1 })),
  what: fc.constantFrom("see", "fail", "hear", "selfTest"),
  value: fc.integer({ min: 1, max: 63 }),
});

function dayOf(deeds: readonly Deed[]): OpenDay {
  const day = new OpenDay();
  for (const { device, slot, what, value } of deeds) {
    if (what === "see") day.see(device, slot, value);
    if (what === "fail") day.fail(device, slot, value * 4_000);
    if (what === "hear") day.hear(slot, 1);
    if (what === "selfTest") day.selfTest(`vlan ${value % 4}`, slot, 1 + (value % 2));
  }
  return day;
}

const ordinary = () => {
  const day = new OpenDay();
  for (let slot = 0; slot < SLOTS_PER_DAY; slot += 1) {
    day.hear(slot, 1);
    day.selfTest("main", slot, 1);
    for (let device = 0; device < 200; device += 1)
      day.see(device, slot, device % 3 === 0 ? SEEN.reportedUp : SEEN.answered);
  }
  return day;
};

describe("a packed day", () => {
  it("holds what the open day held", () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 200, size: "max" }), (deeds) => {
        const open = dayOf(deeds);
        const packed = new PackedDay(open.packed().bytes);
        expect(packed.school).toEqual(open.school);
        expect(packed.segments).toEqual(open.segments);
        expect(new Map(packed.onlyAttempts())).toEqual(open.onlyAttempts);
        const row = new Uint8Array(SLOTS_PER_DAY);
        const differing = Array.from({ length: open.devices }, (_, device) => device).filter((device) => {
          open.copyRow(device, row);
          return Buffer.compare(packed.row(device), row) !== 0;
        });
        expect(differing).toEqual([]);
        expect(packed.row(open.devices + 1)).toEqual(new Uint8Array(SLOTS_PER_DAY));
      }),
    );
  });

  it("comes out of an opened day as it went in", () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 200, size: "max" }), (deeds) => {
        const { bytes } = dayOf(deeds).packed();
        const again = new OpenDay();
        again.merge(new PackedDay(bytes));
        expect(again.packed().bytes).toEqual(bytes);
      }),
    );
  });

  it("is the same whether two halves of a day were merged or came one after the other", () => {
    fc.assert(
      fc.property(
        fc.array(deed, { maxLength: 100, size: "max" }),
        fc.array(deed, { maxLength: 100, size: "max" }),
        (first, second) => {
          const merged = dayOf(second);
          merged.merge(new PackedDay(dayOf(first).packed().bytes));
          // Segments are packed by name, patterns in the order of devices: nothing depends on what came first.
          expect(merged.packed().bytes).toEqual(dayOf([...first, ...second]).packed().bytes);
        },
      ),
    );
  });

  it("of 200 devices without anything special is some 200 bytes", () => {
    expect(ordinary().packed().bytes.length).toBeLessThan(250);
  });

  it("of which nothing is known is a few bytes", () => {
    expect(new PackedDay(new OpenDay().packed().bytes)).toMatchObject({ devices: 0, patterns: 1 });
    expect(new OpenDay().packed().bytes.length).toBeLessThan(12);
  });

  const bytes = ordinary().packed().bytes;
  it.each([
    { damage: "of a later version", damaged: Uint8Array.of(2, ...bytes.subarray(1)) },
    { damage: "cut off", damaged: bytes.subarray(0, bytes.length - 1) },
    { damage: "empty", damaged: new Uint8Array() },
    { damage: "longer than it should be", damaged: Uint8Array.of(...bytes, 0) },
    { damage: "with a run that never ends", damaged: Uint8Array.of(1, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff) },
    { damage: "with a run that is longer than a day", damaged: Uint8Array.of(1, 1, 0xa1, 0x02) },
    { damage: "with more patterns than bytes", damaged: Uint8Array.of(1, 0, 0xa0, 0x02, 0, 0xff, 0x7f) },
    {
      damage: "with an attempt of a device it does not have",
      damaged: Uint8Array.of(1, 0, 0xa0, 0x02, 0, 0, 0, 1, 0, 0),
    },
    {
      damage: "with an attempt at a time that no slot has",
      damaged: Uint8Array.of(1, 0, 0xa0, 0x02, 0, 1, 0x48, 0xa0, 0x02, 1, 1, 1, 0, 0xe0, 0xd4, 0x03),
    },
  ])("$damage is damage, and takes no memory", ({ damaged }) => {
    expect(() => new PackedDay(damaged)).toThrow(expect.objectContaining({ code: "EVIDENCE_DAMAGED" }));
  });

  it("takes an attempt in the last moment of a slot", () => {
    const packed = new PackedDay(Uint8Array.of(1, 0, 0xa0, 0x02, 0, 1, 0x48, 0xa0, 0x02, 1, 1, 1, 0, 0xdf, 0xd4, 0x03));
    expect([...packed.onlyAttempts()]).toEqual([[0, 59_999]]);
  });

  it("is damage for every piece that was cut from its end, and never anything else", () => {
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => new PackedDay(bytes.subarray(0, length))).toThrow(
        expect.objectContaining({ code: "EVIDENCE_DAMAGED" }),
      );
    }
  });
});
