import { describe, expect, it } from "vitest";
import { readSnmprec } from "../../../firmware-sims/snmp/snmprec.ts";
import { readPrinterSupplies } from "./printer-supplies.ts";
import { readFrom } from "./reader-suite.ts";

const SUPPLIES = "1.3.6.1.2.1.43.11.1.1";
const TRAYS = "1.3.6.1.2.1.43.8.2.1";
const [PERCENT, IMPRESSIONS, TENTHS_OF_MILLILITRES] = [19, 7, 13];
/** PrtMarkerSuppliesClassTC. */
const [CONSUMED, FILLED] = [3, 4];

interface Supply {
  name: string;
  unit?: number;
  capacity: number;
  level: number;
  class?: number;
}

function supply({ name, unit = IMPRESSIONS, capacity, level, class: kind = CONSUMED }: Supply, number = 1): string[] {
  return [
    `${SUPPLIES}.4.1.${number}|2|${kind}`,
    `${SUPPLIES}.6.1.${number}|4|${name}`,
    `${SUPPLIES}.7.1.${number}|2|${unit}`,
    `${SUPPLIES}.8.1.${number}|2|${capacity}`,
    `${SUPPLIES}.9.1.${number}|2|${level}`,
  ];
}

const read = (...lines: string[]) => readFrom(readSnmprec(lines.join("\n")).rows, readPrinterSupplies);

describe("readPrinterSupplies", () => {
  it.each<{ case: string; supply: Omit<Supply, "name">; ratio: number }>([
    { case: "pages left", supply: { capacity: 6_000, level: 1_500 }, ratio: 0.25 },
    { case: "a full one", supply: { capacity: 100, level: 100 }, ratio: 1 },
    { case: "an empty one", supply: { capacity: 100, level: 0 }, ratio: 0 },
    { case: "ink by volume", supply: { unit: TENTHS_OF_MILLILITRES, capacity: 700, level: 350 }, ratio: 0.5 },
    { case: "percent", supply: { unit: PERCENT, capacity: 100, level: 40 }, ratio: 0.4 },
    { case: "percent of a capacity that is not known", supply: { unit: PERCENT, capacity: -2, level: 40 }, ratio: 0.4 },
    { case: "percent beside a capacity in pages", supply: { unit: PERCENT, capacity: 2_600, level: 40 }, ratio: 0.4 },
    {
      case: "a waste box by the room that is left",
      supply: { unit: PERCENT, capacity: 100, level: 90, class: FILLED },
      ratio: 0.9,
    },
  ])("reads $case", async ({ supply: values, ratio }) => {
    const result = await read(...supply({ name: "Black Toner", ...values }));
    expect(result.value("supply_level_ratio", "Black Toner")).toBe(ratio);
    expect(result.problems).toEqual([]);
  });

  it.each<{ case: string; supply: Omit<Supply, "name"> }>([
    { case: "a level of other(−1)", supply: { capacity: 100, level: -1 } },
    { case: "a level of unknown(−2)", supply: { capacity: 100, level: -2 } },
    { case: '"some remains"(−3)', supply: { capacity: 100, level: -3 } },
    { case: '"some remains" in percent', supply: { unit: PERCENT, capacity: 100, level: -3 } },
    { case: "a capacity of unknown(−2)", supply: { capacity: -2, level: 100 } },
    { case: "a capacity of 0", supply: { capacity: 0, level: 0 } },
  ])("says nothing of $case", async ({ supply: values }) => {
    expect((await read(...supply({ name: "Black Toner", ...values }))).readings).toEqual([]);
  });

  it("refuses more than there can be", async () => {
    const result = await read(...supply({ name: "Black Toner", capacity: 100, level: 120 }));
    expect(result.readings).toEqual([]);
    expect(result.problems).toHaveLength(1);
  });

  it("says nothing of a level whose unit and capacity are not shown", async () => {
    const lines = supply({ name: "Waste Toner", capacity: 100, level: 100 });
    expect((await read(...lines.filter((line) => /\.(6|9)\.1\.1\|/.test(line)))).readings).toEqual([]);
  });

  it("loses none of several with the same name or without one", async () => {
    const result = await read(
      ...supply({ name: "Toner", capacity: 100, level: 10 }, 1),
      ...supply({ name: "Toner", capacity: 100, level: 20 }, 2),
      ...supply({ name: "", capacity: 100, level: 30 }, 3),
      ...supply({ name: "Drum", capacity: 100, level: 40 }, 4),
    );
    expect(result.readings.map(({ instance, values }) => [instance, values.supply_level_ratio])).toEqual([
      ["Toner 1", 0.1],
      ["Toner 2", 0.2],
      ["supply 3", 0.3],
      ["Drum", 0.4],
    ]);
  });

  it("reads the paper in trays, and leaves out a tray that does not know", async () => {
    const tray = (number: number, name: string, capacity: number, level: number) => [
      `${TRAYS}.8.1.${number}|2|8`,
      `${TRAYS}.9.1.${number}|2|${capacity}`,
      `${TRAYS}.10.1.${number}|2|${level}`,
      `${TRAYS}.13.1.${number}|4|${name}`,
    ];
    const result = await read(...tray(1, "Tray 1", 500, 200), ...tray(2, "Bypass", 100, 0), ...tray(3, "Auto", -2, -2));
    expect(result.readings.map(({ instance, values }) => [instance, values.supply_level_ratio])).toEqual([
      ["Tray 1", 0.4],
      ["Bypass", 0],
    ]);
  });

  it("says nothing of a device that is no printer", async () => {
    expect((await read()).readings).toEqual([]);
  });
});
