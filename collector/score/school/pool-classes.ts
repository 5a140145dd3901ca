// IOT_INTEGRATION over many schools: each class of terminals pooled, then the mean of the classes (E16).
import { Exact, ONE, ZERO } from "../exact.ts";
import { type ClassOfTerminals, iotIntegration, TERMINAL_CLASSES, type TerminalClass } from "../indicators/iot.ts";
import { because, type IndicatorPart, type IndicatorValue, indicator } from "../indicators/value.ts";
import { atLeast, type ModelParameters } from "../parameters.ts";

/** IOT_INTEGRATION: each class over all schools, then their mean. A class that a school has said nothing of is not bounded. */
export function byClasses(values: readonly IndicatorValue[], parameters: ModelParameters): IndicatorValue {
  const entries = TERMINAL_CLASSES.filter((name) => name !== "other").map((name) => classOver(name, values));
  const isSettled = ({ unsettled }: PooledClass) =>
    atLeast(values.length - unsettled, values.length, parameters.countyKnownSchools);
  const { parts, reasons, ...value } = iotIntegration(entries, parameters);
  const open = entries.filter(({ unsettled }) => unsettled > 0);
  if (open.length === 0) return { ...value, parts, reasons };
  const isOpen = (id: string) => open.some((entry) => entry.class === id);
  const bounded = parts.map((part) => (isOpen(part.id) ? { ...part, lo: ZERO, hi: ONE } : part));
  const missing = open.filter(({ class: name }) => !parts.some(({ id }) => id === name));
  const all = [...bounded, ...missing.map(({ class: id }): IndicatorPart => ({ id, lo: ZERO, hi: ONE }))];
  const mean = (of: (part: IndicatorPart) => Exact) => Exact.sum(all.map(of)).over(Exact.of(all.length));
  return indicator("IOT_INTEGRATION", {
    ...value,
    enough: value.enough && entries.every(isSettled),
    lo: mean((part) => part.lo ?? part.value ?? ZERO),
    hi: mean((part) => part.hi ?? part.value ?? ONE),
    reasons: [
      ...reasons.filter(({ reason }) => reason !== "zero_not_attested"),
      ...because(
        open.reduce((sum, { unsettled }) => sum + unsettled, 0),
        "zero_not_attested",
      ),
    ],
    parts: all,
  });
}

interface PooledClass extends ClassOfTerminals {
  /** Schools that have neither registered any nor attested that they have none. */
  unsettled: number;
}

function classOver(name: TerminalClass, values: readonly IndicatorValue[]): PooledClass {
  const tally = { yes: 0, no: 0, unknown: 0 };
  let unsettled = 0;
  for (const value of values) {
    const part = value.parts.find(({ id }) => id === name);
    const isZero = part === undefined && (value.parts.length > 0 || hasNone(value));
    const { numerator, denominator, whole } = part ?? {};
    if (numerator !== undefined && denominator !== undefined && whole !== undefined) {
      tally.yes += numerator;
      tally.no += denominator - numerator;
      tally.unknown += whole - denominator;
    } else if (!isZero) unsettled += 1;
  }
  return { class: name, terminals: tally, attestedZero: unsettled < values.length, unsettled };
}

/** It attests that it has no terminal of any class. */
function hasNone({ reasons }: IndicatorValue): boolean {
  return reasons.some(({ reason }) => reason === "nothing_registered");
}
