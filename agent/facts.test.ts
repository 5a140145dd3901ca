import { describe, expect, it } from "vitest";
import type { Fact } from "../contract/reading.ts";
import { FactsRegister, MOST_DEVICES, REPEAT_AFTER_MS } from "./facts.ts";

const fact = (atMs: number, texts: Fact["texts"], device = "ap1"): Fact => ({ device, atMs, texts });

describe("facts", () => {
  it("pass once, and again when a text changes or a new one comes", () => {
    const register = new FactsRegister();
    const first = fact(1, { model: "AP4050", firmware: "1" });
    expect(register.worthSending([first])).toEqual([first]);
    expect(register.worthSending([fact(2, { model: "AP4050", firmware: "1" })])).toEqual([]);
    expect(register.worthSending([fact(3, { model: "AP4050", firmware: "2" })])).toHaveLength(1);
    expect(register.worthSending([fact(4, { model: "AP4050", firmware: "2", serial: "S" })])).toHaveLength(1);
  });

  it("do not count a text that is missing this time as a change", () => {
    const register = new FactsRegister();
    register.worthSending([fact(1, { model: "AP4050", firmware: "1" })]);
    expect(register.worthSending([fact(2, { model: "AP4050" })])).toEqual([]);
    expect(register.worthSending([fact(3, { model: "AP4050", firmware: "1" })])).toEqual([]);
  });

  it("are remembered of so many devices and no more; who was not seen for the longest time is forgotten first", () => {
    const register = new FactsRegister();
    const tell = (from: number, to: number) =>
      register.worthSending(Array.from({ length: to - from }, (_, i) => fact(1, { model: "A" }, `ap${from + i}`)))
        .length;
    expect(tell(0, MOST_DEVICES)).toBe(MOST_DEVICES);
    expect(tell(0, 10)).toBe(0);
    expect(tell(MOST_DEVICES, MOST_DEVICES + 5)).toBe(5);
    expect(tell(0, 10)).toBe(0);
    expect(tell(10, 15)).toBe(5);
  });

  it.each([
    { case: "just under a day", afterMs: REPEAT_AFTER_MS - 1, sent: 0 },
    { case: "a day", afterMs: REPEAT_AFTER_MS, sent: 1 },
    { case: "a clock set back", afterMs: -1, sent: 1 },
  ])("after $case pass $sent time(s)", ({ afterMs, sent }) => {
    const register = new FactsRegister();
    register.worthSending([fact(1_000, { model: "A" })]);
    expect(register.worthSending([fact(1_000 + afterMs, { model: "A" })])).toHaveLength(sent);
  });

  it("repeats each text within a day, though not all of them come in every run", () => {
    const register = new FactsRegister();
    const whole = { mac: "m", serial: "S" };
    register.worthSending([fact(0, whole)]);
    expect(register.worthSending([fact(REPEAT_AFTER_MS, { mac: "m" })])).toHaveLength(1);
    const later = fact(REPEAT_AFTER_MS + 60_000, whole);
    expect(register.worthSending([later])).toEqual([later]);
    expect(register.worthSending([fact(REPEAT_AFTER_MS + 120_000, whole)])).toEqual([]);
  });

  it("are judged device by device, and all pass again after lines were lost", () => {
    const register = new FactsRegister();
    register.worthSending([fact(1, { model: "A" }, "ap1")]);
    expect(register.worthSending([fact(2, { model: "A" }, "ap1"), fact(2, { model: "A" }, "ap2")])).toHaveLength(1);
    register.forgetAll();
    expect(register.worthSending([fact(3, { model: "A" }, "ap1"), fact(3, { model: "A" }, "ap2")])).toHaveLength(2);
  });
});
