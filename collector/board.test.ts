import { beforeEach, describe, expect, it } from "vitest";
import { Board } from "./board.ts";
import { Fleet } from "./fleet/heard.ts";
import { filesWith } from "./inventory/files-suite.ts";
import { readInventory } from "./inventory/read.ts";
import { loadRegions } from "./inventory/regions.ts";
import { Evidence } from "./score/evidence.ts";
import { SampleBuilder } from "./store/sample-columns.ts";

const regions = loadRegions();
const inventory = readInventory(filesWith({}), regions);
const school = inventory.schools[0]?.id ?? "";
const device = inventory.devicesOf(school)[0]?.key ?? "";
const at = (time: string) => Date.parse(`2026-09-07T${time}+08:00`);
const OPEN = at("09:02:00");

let board: Board;
beforeEach(() => {
  board = new Board({ regions, inventory, evidence: new Evidence(), fleet: new Fleet() });
});

function hear(atMs: number): void {
  const samples = new SampleBuilder();
  samples.add(0, atMs, 1);
  const info = { agentId: "gw", receivedAtMs: atMs };
  board.take(school, samples.columns([{ metric: "probe_ok", device }]), info);
}

describe("a kept judgement", () => {
  it("is handed out again within the slot while nothing changes", () => {
    const first = board.judge(inventory, school, OPEN);
    expect(board.judge(inventory, school, OPEN + 29_999)).toBe(first);
  });

  it("is made anew after thirty seconds", () => {
    const first = board.judge(inventory, school, OPEN);
    expect(board.judge(inventory, school, OPEN + 30_000)).not.toBe(first);
  });

  it("is made anew when a slot begins, however young it is", () => {
    const before = board.judge(inventory, school, at("09:04:59.999"));
    const after = board.judge(inventory, school, at("09:05:00"));
    expect(after.window.expectedSlots).toBe(before.window.expectedSlots + 1);
  });

  it("is made anew when evidence came", () => {
    const first = board.judge(inventory, school, OPEN);
    hear(OPEN - 1);
    const second = board.judge(inventory, school, OPEN);
    expect(second).not.toBe(first);
    const id = inventory.deviceByKey(school, device)?.id ?? "";
    expect([first, second].map(({ devices }) => devices.get(id)?.state)).toEqual(["unknown", "up"]);
  });

  it("stays when a batch says nothing new", () => {
    hear(OPEN - 1);
    const first = board.judge(inventory, school, OPEN);
    hear(OPEN - 1);
    expect(board.judge(inventory, school, OPEN)).toBe(first);
  });

  it("is never that of another inventory, neither for who still holds the old one nor after the import", () => {
    const first = board.judge(inventory, school, OPEN);
    const next = readInventory(filesWith({}), regions);
    board.replaceInventory(next);
    expect(board.inventory).toBe(next);
    expect(board.judge(inventory, school, OPEN)).not.toBe(first);
    const second = board.judge(next, school, OPEN);
    expect(board.judge(inventory, school, OPEN)).not.toBe(second);
  });

  it("is not one from what is the future after a clock was set back", () => {
    const future = board.judge(inventory, school, OPEN + 20_000);
    expect(board.judge(inventory, school, OPEN)).not.toBe(future);
  });
});
