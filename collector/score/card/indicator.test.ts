import { describe, expect, it } from "vitest";
import type { Figure } from "../../../contract/api.ts";
import { Exact } from "../exact.ts";
import { availability } from "../indicators/devices.ts";
import { notObservable } from "../indicators/value.ts";
import { ofFigure, ofValue } from "./indicator.ts";

describe("a figure of coverage as an indicator", () => {
  const figure: Figure = {
    status: "value",
    value: 27 / 30,
    lo: 0.9,
    hi: 0.9,
    numerator: 27,
    denominator: 30,
    reasons: [],
    evidence: "M",
    asOf: "2026-10-02T17:00:00+08:00",
    modelVersion: "2026.1",
  };

  it.each(["value", "frozen"] as const)("is known, exactly, when its status is %s", (status) => {
    const got = ofFigure({ ...figure, status });
    expect(got).toEqual({
      state: "known",
      value: Exact.of(0.9),
      evidence: ["M"],
      numerator: Exact.of(27),
      denominator: Exact.of(30),
    });
  });

  it("keeps its reasons and its interval when it is insufficient", () => {
    const { value: _, ...rest } = figure;
    const reasons = [{ reason: "agent_offline" as const, count: 3 }];
    const got = ofFigure({ ...rest, status: "insufficient", lo: 0.6, hi: 0.9, reasons });
    expect(got).toMatchObject({ state: "insufficient", reasons: ["agent_offline"] });
    expect(got.state === "insufficient" && [got.lo?.toNumber(), got.hi?.toNumber()]).toEqual([0.6, 0.9]);
  });
});

describe("an answer of an indicator", () => {
  it("is known with its kinds of evidence once it has enough", () => {
    const slots = { expected: 100, up: 95, down: 5, unknown: 0 };
    const answer = ofValue(availability([{ id: "core", slots }]));
    expect(answer).toMatchObject({ state: "known", value: Exact.of(0.95), evidence: ["M"] });
    const declared = ofValue({ enough: true, value: Exact.of(1), reasons: [], evidence: "D+M" });
    expect(declared).toEqual({ state: "known", value: Exact.of(1), evidence: ["M", "D"] });
  });

  it("says why it has not", () => {
    const got = ofValue(notObservable("IPV6_NET"));
    expect(got).toEqual({ state: "insufficient", reasons: ["not_observable"] });
  });
});
