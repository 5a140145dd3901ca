// Province, cities and counties with their GB/T 2260 codes, as a tree; regions.source.md says where they come from.
import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { CampusError } from "../../contract/errors.ts";

export const REGION_LEVELS = ["province", "city", "county"] as const;
export type RegionLevel = (typeof REGION_LEVELS)[number];

export interface Region {
  /** Six digits. */
  code: string;
  level: RegionLevel;
  name: string;
  nameEn: string;
  /** Code of the region above; absent for the province. */
  parent?: string;
}

export class Regions {
  readonly #byCode: ReadonlyMap<string, Region>;
  readonly #children = new Map<string, Region[]>();

  constructor(regions: readonly Region[]) {
    this.#byCode = new Map(regions.map((region) => [region.code, region]));
    for (const region of regions) {
      if (region.parent === undefined) continue;
      const siblings = this.#children.get(region.parent);
      if (siblings) siblings.push(region);
      else this.#children.set(region.parent, [region]);
    }
  }

  /** `undefined` when no region has the code. */
  region(code: string): Region | undefined {
    return this.#byCode.get(code);
  }

  /** Regions directly below, in the order of the file; empty for a county and for an unknown code. */
  children(code: string): readonly Region[] {
    return this.#children.get(code) ?? [];
  }

  /** The region itself and those above it, the province last; empty for an unknown code. */
  path(code: string): Region[] {
    const path: Region[] = [];
    for (let at = this.#byCode.get(code); at; at = at.parent === undefined ? undefined : this.#byCode.get(at.parent)) {
      path.push(at);
    }
    return path;
  }

  all(): Region[] {
    return [...this.#byCode.values()];
  }
}

const COLUMNS = ["code", "level", "name_zh", "name_en", "city_code"] as const;

/** Reads the table that comes with the program. @throws CampusError `REGIONS_INVALID` when that file is not as it should be */
export function loadRegions(): Regions {
  const rows: string[][] = parse(readFileSync(new URL("./regions.csv", import.meta.url), "utf8"), { bom: true });
  const [header = [], ...body] = rows;
  const at = COLUMNS.map((name) => header.indexOf(name));
  const cells = body.map((row) => at.map((i) => row[i] ?? ""));
  const province = cells.find(([, level]) => level === "province")?.[0];
  if (province === undefined) throw invalid("has no province");
  return new Regions(cells.map((row) => toRegion(row, province)));
}

function toRegion([code = "", levelText = "", name = "", nameEn = "", city = ""]: string[], province: string): Region {
  const level = REGION_LEVELS.find((l) => l === levelText);
  if (level === undefined || !/^\d{6}$/.test(code)) throw invalid(`row "${code},${levelText}" has no code or no level`);
  if (level === "province") return { code, level, name, nameEn };
  return { code, level, name, nameEn, parent: level === "city" ? province : city };
}

function invalid(what: string): CampusError {
  return new CampusError("REGIONS_INVALID", `regions.csv ${what}`);
}
