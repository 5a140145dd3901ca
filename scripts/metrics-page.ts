// docs/metrics.md as text, made from the dictionary.

import { MEASUREMENTS } from "../contract/metrics/measurements.ts";
import type { MetricSpec } from "../contract/metrics/spec.ts";
import { METRICS, PROBE_FAILURES } from "../contract/metrics.ts";
import { FACTS } from "../contract/reading.ts";

export function metricsPage(): string {
  const specs: [string, MetricSpec][] = Object.entries(METRICS);
  const sections = Object.entries(MEASUREMENTS).map(([measurement, spec]) => {
    const instance = "instanceOf" in spec ? ` Tag \`instance\`: ${spec.instanceOf}.` : "";
    const rows = specs.filter(([, s]) => s.measurement === measurement).map(([name, s]) => row(name, s));
    return [`## ${measurement}`, "", `Readings of ${spec.about}.${instance}`, "", ...HEAD, ...rows, ""].join("\n");
  });
  return [...INTRO, ...sections, "## facts", "", ...FACT_HEAD, ...factRows(), "", ...failureTable(), ""].join("\n");
}

const INTRO = [
  "<!-- Generated from contract/metrics.ts and contract/reading.ts by `npm run docs`. Do not edit. -->",
  "",
  "# Metrics",
  "",
  "Every number Campanile stores, with its unit, its physical bounds and its source. A value outside its bounds is a",
  "fault of the device and is left out, not stored. What was not measured is absent: it is never 0.",
  "",
];
const HEAD = [
  "| name | unit | kind | from | to | what it says | source |",
  "| --- | --- | --- | --- | --- | --- | --- |",
];
const FACT_HEAD = [
  "Texts about a device, sent when they change and once a day.",
  "",
  "| name | what it says |",
  "| --- | --- |",
];

function row(name: string, { unit, kind, min, max, integer, about, source }: MetricSpec): string {
  return `| \`${name}\` | ${unit}${integer ? ", whole" : ""} | ${kind} | ${min} | ${bound(max)} | ${cell(about)} | ${cell(source)} |`;
}

function bound(value: number): string {
  return value === 2 ** 64 ? "2^64" : String(value);
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function factRows(): string[] {
  return Object.entries(FACTS).map(([name, about]) => `| \`${name}\` | ${cell(about)} |`);
}

function failureTable(): string[] {
  const rows = Object.entries(PROBE_FAILURES).map(([reason, code]) => `| ${code} | ${reason} |`);
  return ["## probe_failure codes", "", "| code | reason |", "| --- | --- |", ...rows];
}
