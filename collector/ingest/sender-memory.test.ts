import { describe, expect, it } from "vitest";
import { type Head, type MetricField, type ReadingHead, readField, readHead } from "./line-meaning.ts";
import { SenderMemories } from "./sender-memory.ts";

/** Lets a sender speak of so many devices. */
function speak(memories: SenderMemories, sender: string, devices: number): void {
  const memory = memories.of(sender);
  for (let i = 0; i < devices; i++) {
    const name = Buffer.from(`device,device=d${i}`);
    const head: Head = readHead("device", [["device", `d${i}`]]);
    memory.learned(head);
    memory.lines.add(i, name, head, memories.fieldsOf(head), 1);
    memory.seriesOf(reading(head), metric(head));
  }
  memories.settle(sender, memory);
}

function reading(head: Head): ReadingHead {
  if (head.kind !== "reading") throw new TypeError(head.kind);
  return head;
}

function metric(head: Head): MetricField {
  const field = readField(head, "wifi_clients");
  if (field.kind !== "metric") throw new TypeError(field.kind);
  return field;
}

describe("what is remembered of senders", () => {
  it("is kept from batch to batch", () => {
    const memories = new SenderMemories();
    speak(memories, "a", 3);
    expect(memories.of("a").series).toHaveLength(3);
    expect(memories.of("b").series).toHaveLength(0);
  });

  it("never takes more than it may: whoever was heard longest ago is forgotten", () => {
    const memories = new SenderMemories(50_000, 40_000);
    for (const sender of ["a", "b", "c", "a", "d", "e"]) speak(memories, sender, 20);
    const kept = ["a", "b", "c", "d", "e"].filter((sender) => memories.of(sender).series.length > 0);
    expect(memories.usedBytes).toBeLessThanOrEqual(50_000);
    expect(kept).toContain("e");
    expect(kept).not.toContain("b");
  });

  it("leaves out a sender that says too much, and keeps the others", () => {
    const memories = new SenderMemories(1_000_000, 60_000);
    speak(memories, "a", 20);
    speak(memories, "loud", 5_000);
    expect(memories.of("loud").series).toHaveLength(0);
    expect(memories.of("a").series).toHaveLength(20);
    expect(memories.usedBytes).toBeLessThanOrEqual(60_000);
  });

  it("has one series for a field of a head, and another for each other", () => {
    const memory = new SenderMemories().of("a");
    const heads = ["x", "y"].map((device) => readHead("device", [["device", device]]));
    for (const head of heads) memory.learned(head);
    const indexes = heads.map((head) => memory.seriesOf(reading(head), metric(head)));
    expect(indexes).toEqual([0, 1]);
    expect(heads.map((head) => memory.seriesOf(reading(head), metric(head)))).toEqual(indexes);
  });
});
