import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { boundsProblem, isMetricName, METRICS } from "../../contract/metrics.ts";
import { County, DEVICES, inventoryFiles, SCHOOLS, schoolId } from "./county.ts";

const FROM_MS = 1_757_000_000_000;

function minutes(count: number) {
  const county = new County(FROM_MS);
  return Array.from({ length: count }, () => county.next());
}

const linesOf = (body: Buffer | undefined) =>
  gunzipSync(body ?? Buffer.alloc(0))
    .toString()
    .split("\n");

describe("the county that is measured with", () => {
  it("has a batch a school and minute, the same for the same seed", () => {
    const [first, second] = [minutes(2), minutes(2)];
    expect(first).toEqual(second);
    expect(first[0]).toHaveLength(SCHOOLS);
    expect(first[0]?.[0]?.body).not.toEqual(first[1]?.[0]?.body);
  });

  it("says how many lines and values there are, all of the dictionary, within their bounds and in their minute", () => {
    for (const [minute, batches] of minutes(3).entries()) {
      for (const { body, lines, values } of [batches[0], batches[SCHOOLS - 1]].flatMap((batch) => batch ?? [])) {
        const written = linesOf(body);
        expect(written).toHaveLength(lines);
        let count = 0;
        for (const line of written) {
          const [head = "", fields = "", atMs] = line.split(" ");
          expect(Math.floor((Number(atMs) - FROM_MS) / 60_000)).toBe(minute);
          for (const field of fields.split(",")) {
            const [name = "", value] = field.split("=");
            if (!isMetricName(name)) throw new Error(`${name} is no metric`);
            expect(boundsProblem(name, Number(value))).toBeUndefined();
            expect(head.startsWith(`${METRICS[name].measurement},device=`)).toBe(true);
            count += 1;
          }
        }
        expect(count).toBe(values);
      }
    }
  });

  it("keeps counters growing, and lists every device of every school once", () => {
    const octets = minutes(4).map((batches) => {
      const line = linesOf(batches[5]?.body).find((one) => one.startsWith("interface,"));
      return Number(/if_in_bytes_total=(\d+)/.exec(line ?? "")?.[1]);
    });
    expect(octets).toEqual([...octets].sort((a, b) => a - b));
    const rows = inventoryFiles()["devices.csv"]?.split("\n").slice(1) ?? [];
    expect(new Set(rows.map((row) => row.split(",")[4])).size).toBe(SCHOOLS * DEVICES);
    expect(new Set(Array.from({ length: SCHOOLS }, (_, school) => schoolId(school))).size).toBe(SCHOOLS);
  });
});
