// A name for the evidence of some days: the same whatever order it came in, and across restarts.
import { createHash } from "node:crypto";
import { ByteWriter } from "./bytes.ts";
import { writeRuns } from "./pack.ts";
import type { PackedDay } from "./packed-day.ts";
import type { SchoolEvidence } from "./school.ts";

/** What is in the digest may change only together with this. */
const DIGEST_VERSION = 1;

/**
 * SHA-256 in hexadecimal digits, over all that a verdict can see of these days: bits by slot of the school, of its segments and of
 * its devices by key, and how many attempts failed, not when. A day without evidence counts as such.
 */
export function digestOf(school: SchoolEvidence | undefined, days: readonly number[]): string {
  const hash = createHash("sha256");
  const out = new ByteWriter();
  out.byte(DIGEST_VERSION);
  for (const day of [...new Set(days)].sort((a, b) => a - b)) {
    out.whole(day);
    const packed = school?.read(day);
    if (school !== undefined && packed !== undefined) writeDay(out, school, packed);
    hash.update(out.view());
    out.clear();
  }
  return hash.digest("hex");
}

function writeDay(out: ByteWriter, school: SchoolEvidence, day: PackedDay): void {
  writeRuns(out, day.school);
  out.whole(day.segments.size); // they are in the order of their names
  for (const [name, bits] of day.segments) {
    out.text(name);
    writeRuns(out, bits);
  }
  const patterns: ByteWriter[] = [];
  for (const number of school.numbersByKey()) {
    const pattern = day.patternOf(number);
    if (pattern === 0) continue;
    let runs = patterns[pattern];
    if (runs === undefined) {
      runs = new ByteWriter();
      writeRuns(runs, day.pattern(pattern));
      patterns[pattern] = runs;
    }
    out.text(school.keys[number] ?? "");
    out.append(runs);
  }
}
