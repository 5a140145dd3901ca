import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chance } from "./chance.ts";
import { bytesCounted, peopleOnlineRatio } from "./lesson-rhythm.ts";

const at = (text: string) => Date.parse(`${text}:00+08:00`);
const mean = (from: number, minutes: number) => {
  let sum = 0;
  for (let i = 0; i < minutes; i++) sum += peopleOnlineRatio(from + i * 60_000, 7, "room");
  return sum / minutes;
};

describe("peopleOnlineRatio", () => {
  it("lies between 0 and 1 at any time", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), fc.nat(), fc.string(), (atMs, seed, room) => {
        const ratio = peopleOnlineRatio(atMs, seed, room);
        expect(ratio).toBeGreaterThanOrEqual(0);
        expect(ratio).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("is high in lessons, lower in breaks, and nearly nothing at night and at weekends", () => {
    const lessons = [8, 9, 10, 11, 13, 14, 15, 16].map((h) =>
      mean(at(`2026-09-07T${String(h).padStart(2, "0")}:00`), 45),
    );
    const average = lessons.reduce((a, b) => a + b) / lessons.length;
    expect(average).toBeGreaterThan(0.45);
    expect(mean(at("2026-09-07T09:46"), 13)).toBeLessThan(0.4);
    expect(mean(at("2026-09-07T12:00"), 60)).toBeLessThan(0.4);
    expect(mean(at("2026-09-07T22:00"), 60)).toBeLessThan(0.05);
    expect(mean(at("2026-09-12T10:00"), 60)).toBeLessThan(0.05);
    expect(mean(at("2026-09-13T10:00"), 60)).toBeLessThan(0.05);
  });

  it("differs from room to room and is the same in every run", () => {
    const moment = at("2026-09-07T09:20");
    const rooms = Array.from({ length: 20 }, (_, i) => peopleOnlineRatio(moment, 7, `room ${i}`));
    expect(new Set(rooms).size).toBeGreaterThan(15);
    expect(rooms).toEqual(rooms.map((_, i) => peopleOnlineRatio(moment, 7, `room ${i}`)));
  });
});

describe("bytesCounted", () => {
  it("never falls, whatever the rate and the times", () => {
    const ms = fc.integer({ min: 0, max: 1e10 });
    fc.assert(
      fc.property(ms, ms, fc.integer({ min: 0, max: 1e9 }), (first, more, rate) => {
        expect(bytesCounted(first + more, 0, rate)).toBeGreaterThanOrEqual(bytesCounted(first, 0, rate));
      }),
    );
  });

  it("grows at its mean rate over whole hours and stands at 0 before its start", () => {
    expect(bytesCounted(36_000_000, 0, 1_000)).toBe(36_000_000);
    expect(bytesCounted(0, 1_000, 1_000)).toBe(0);
  });
});

describe("chance", () => {
  it("spreads evenly over 0 to 1", () => {
    const drawn = Array.from({ length: 10_000 }, (_, i) => Math.floor(chance(1, "x", i) * 10));
    const tenths = Array.from({ length: 10 }, (_, tenth) => drawn.filter((n) => n === tenth).length);
    expect(Math.min(...tenths)).toBeGreaterThan(850);
    expect(Math.max(...tenths)).toBeLessThan(1_150);
  });
});
