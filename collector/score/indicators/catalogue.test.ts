// The catalogue beside the model and the targets, which stand beside the project and are not part of it.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { isDeclarable, rulesOf } from "../../../contract/declared.ts";
import { INDICATORS, type IndicatorId, isIndicatorId } from "./catalogue.ts";
import type { IndicatorSpec } from "./spec.ts";
import { notObservable, plain } from "./value.ts";

const FOLDER = fileURLToPath(new URL("../../../../shared/domain/", import.meta.url));
const missing = existsSync(FOLDER) ? undefined : "the model is not present (../shared/domain)";
const read = (name: string) => (missing === undefined ? readFileSync(`${FOLDER}${name}`, "utf8") : "");

const SPECS: [IndicatorId, IndicatorSpec][] = Object.entries(INDICATORS).flatMap(([id, spec]) =>
  isIndicatorId(id) ? [[id, spec]] : [],
);

describe("the catalogue", () => {
  it.each(SPECS)("says of %s all that a page shows", (_, spec) => {
    expect(spec.nameZh).toMatch(/\p{Script=Han}/u);
    for (const text of [spec.nameEn, spec.formula, spec.unit, spec.window, spec.minimum]) expect(text).not.toBe("");
    const { observable } = spec;
    expect(
      observable.now
        ? observable.metrics.length + observable.inventory.length + (observable.declared?.length ?? 0)
        : observable.why.length,
    ).toBeGreaterThan(0);
    // Without a value there must be a reason that people can read.
    if (observable.now && observable.intervalOnly) expect(observable.note).toMatch(/\w/);
  });

  it("lets declare only what can be entered, and no other kind", () => {
    for (const [id, { observable }] of SPECS) {
      const kinds: readonly string[] = isDeclarable(id) ? rulesOf(id).map(({ kind }) => kind) : [];
      const said = observable.now ? (observable.declared ?? []) : [];
      expect([id, said.filter((kind) => !kinds.includes(kind))]).toEqual([id, []]);
    }
  });

  it("has no name twice", () => {
    for (const name of ["nameZh", "nameEn"] as const) {
      expect(new Set(SPECS.map(([, spec]) => spec[name])).size).toBe(SPECS.length);
    }
  });

  it("has every indicator that the targets name", () => {
    const targets = indicatorsOf(readFileSync(new URL("../policy/targets.csv", import.meta.url), "utf8"));
    expect(targets.length).toBeGreaterThan(100);
    expect(targets.filter((id) => !isIndicatorId(id))).toEqual([]);
  });

  it("knows its own ids and no others", () => {
    expect(isIndicatorId("AVAIL")).toBe(true);
    expect(isIndicatorId("toString")).toBe(false);
  });

  it("answers what nothing feeds as not known, and never as 0", () => {
    const value = notObservable("NET_QUALITY");
    expect(value).toMatchObject({ enough: false, reasons: [{ reason: "not_observable", count: 1 }], evidence: "M" });
    expect(plain(value)).toEqual({});
  });
});

describe.skipIf(missing !== undefined)(
  `the catalogue beside the model${missing ? ` (skipped: ${missing})` : ""}`,
  () => {
    const model = read("scoring.md");
    const sections = model.slice(model.indexOf("\n## 5."), model.indexOf("\n## 10."));
    const named = [...sections.matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, id = ""]) => id);

    it("names exactly the indicators of sections 5 to 9 and of the targets", () => {
      const asked = indicatorsOf(read("targets.csv"));
      const expected = new Set([...named, ...asked]);
      expect(SPECS.map(([id]) => id).sort()).toEqual([...expected].sort());
    });

    it("has what the smart-campus score is made of", () => {
      const table = sections.slice(sections.indexOf("### 9.1"), sections.indexOf("### 9.2"));
      const used = [...table.matchAll(/\b(?:[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|AVAIL)\b/g)].map(([id]) => id);
      expect(used.length).toBeGreaterThan(15);
      expect(used.filter((id) => !isIndicatorId(id))).toEqual([]);
    });

    it("says of section 8 the units, windows, least evidence and sources of its table", () => {
      const rows = sections.split("\n").flatMap((line) => {
        const [ids = "", , unit = "", window = "", minimum = "", source = "", ...rest] = cellsOf(line);
        const names = [...ids.matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, id = ""]) => id);
        const units = unit.split(", ");
        if (names.length === 0 || source === "" || rest.length > 0) return [];
        return names.map((id, place) => [id, { unit: units[place] ?? unit, window, minimum, source }] as const);
      });
      expect(rows.length).toBeGreaterThan(35);
      for (const [id, row] of rows)
        expect([id, isIndicatorId(id) && INDICATORS[id]]).toEqual([id, expect.objectContaining(row)]);
    });
  },
);

/** Ids in the column of targets.csv: several by `;`, each perhaps with a group in braces. */
function indicatorsOf(csv: string): string[] {
  const targets: Record<string, string>[] = parse(csv, { columns: true, bom: true });
  const ids = targets.flatMap(({ indicator = "" }) => indicator.split(";")).map((id) => id.replace(/\{.*\}/, ""));
  return ids.filter((id) => id !== "");
}

function cellsOf(line: string): string[] {
  return line.startsWith("|")
    ? line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim())
    : [];
}
