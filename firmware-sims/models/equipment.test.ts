import { describe, expect, it } from "vitest";
import { createComputer } from "./computer.ts";
import { isLessonWithDevices } from "./lesson-rhythm.ts";
import { column, handClock, managedDeviceSuite, valueAt } from "./model-suite.ts";
import { createPrinter } from "./printer.ts";
import { createProjector } from "./projector.ts";
import { createUps } from "./ups.ts";

function withClock<T extends object>(create: (options: { clock: ReturnType<typeof handClock> }) => T) {
  const clock = handClock();
  return { clock, ...create({ clock }) };
}

managedDeviceSuite("a projector", () => withClock(createProjector));
managedDeviceSuite("a printer", () => withClock(createPrinter));
managedDeviceSuite("a UPS", () => withClock(createUps));
managedDeviceSuite("a classroom computer", () => withClock(createComputer));

describe("a projector", () => {
  const STATUS = "1.3.6.1.4.1.1248.4.1.1.1.9.0";

  it("is on in the lessons that use devices and in standby between them", () => {
    const { mib, clock } = withClock((options) => createProjector({ ...options, name: "p", seed: 3 }));
    const seen = new Set<string>();
    for (let minute = 0; minute < 480; minute += 5) {
      clock.atMs += 300_000;
      const isOn = isLessonWithDevices(clock.atMs, 3, "p");
      expect(valueAt(mib, STATUS)).toBe(`${isOn ? "03" : "01"} 0000 0000`);
      seen.add(String(isOn));
    }
    expect([...seen].sort()).toEqual(["false", "true"]);
  });

  it("says so when its lamp does not light, and how long it has burnt", () => {
    const { mib, set } = withClock(createProjector);
    set({ on: true, lampFailed: true });
    expect(valueAt(mib, STATUS)).toBe("03 0000 0001");
    expect(Number(valueAt(mib, "1.3.6.1.4.1.1248.4.1.1.1.1.0"))).toBeGreaterThanOrEqual(300);
  });
});

describe("a printer", () => {
  it("counts its pages and says how much toner is left", () => {
    const { mib, set, clock } = withClock(createPrinter);
    const pages = () => Number(valueAt(mib, "1.3.6.1.2.1.43.10.2.1.4.1.1"));
    const before = pages();
    clock.atMs += 86_400_000;
    expect(pages() - before).toBeGreaterThanOrEqual(159);
    set({ tonerPercent: 25 });
    expect(valueAt(mib, "1.3.6.1.2.1.43.11.1.1.9.1.1")).toBe(1_500);
  });

  it("cannot print without paper", () => {
    const { mib, set } = withClock(createPrinter);
    expect(valueAt(mib, "1.3.6.1.2.1.25.3.2.1.5.1")).toBe(2);
    set({ paperOut: true });
    expect(valueAt(mib, "1.3.6.1.2.1.25.3.2.1.5.1")).toBe(5);
    expect(valueAt(mib, "1.3.6.1.2.1.25.3.5.1.2.1")).toBe("@");
    expect(valueAt(mib, "1.3.6.1.2.1.43.8.2.1.10.1.1")).toBe(0);
  });
});

describe("a UPS", () => {
  it("feeds from its battery for as long as that lasts when the mains fail", () => {
    const { mib, set, clock } = withClock(createUps);
    const now = () => ["4.1", "2.3", "2.4", "6.1"].map((n) => valueAt(mib, `1.3.6.1.2.1.33.1.${n}.0`));
    expect(now()).toEqual([3, 48, 100, 0]);
    set({ onBattery: true });
    clock.atMs += 12 * 60_000;
    expect(now()).toEqual([5, 36, 75, 1]);
    expect([...column(mib, "1.3.6.1.2.1.33.1.3.3.1.3").values()]).toEqual([0]);
    set({ onBattery: false });
    expect(now()).toEqual([3, 48, 100, 0]);
  });
});
