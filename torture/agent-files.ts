// What an agent's folder holds at the end, read from its files: batches that wait in the spool, and lines that were refused.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { HEADER_BYTES, scan } from "../agent/spool/record.ts";
import { segmentNames } from "../agent/spool/segment.ts";
import { readState } from "../agent/spool/state.ts";
import type { RefusalCode } from "../contract/batch.ts";
import { type LineFindings, readLines } from "./lines.ts";

/**
 * Everything in batches whose position the spool has not passed. Also while its agent runs: a segment that vanishes, or a
 * record that is just being written, is not there then.
 */
export async function readSpooled(dir: string): Promise<LineFindings> {
  const found: LineFindings = { serials: [], failures: [] };
  const doneSequence = (await readState(join(dir, "state")))?.doneSequence ?? 0;
  for (const name of segmentNames(await readdir(dir))) {
    const bytes = await readFile(join(dir, name)).catch(ignoreMissing);
    for (const stretch of bytes ? scan(bytes) : []) {
      if (stretch.kind !== "record" || stretch.header.sequence <= doneSequence) continue;
      const { offset } = stretch;
      const payload = bytes?.subarray(offset + HEADER_BYTES, offset + stretch.bytes) ?? Buffer.alloc(0);
      readLines(gunzipSync(payload).toString("utf8").split("\n"), found);
    }
  }
  return found;
}

/** The files in which an agent keeps what the collector refused for good; the older one first. */
const REFUSED_FILES = ["refused.1.ndjson", "refused.ndjson"];

/**
 * How many lines were refused, by code; serials and failures only of those that were refused for their time. Nothing else is
 * wrong with what agents send: where it is refused all the same, it is not found here and counts as lost.
 */
export async function readRefused(dir: string): Promise<LineFindings & { codes: Record<string, number> }> {
  const found = { serials: [], failures: [], codes: {} as Record<string, number> };
  for (const name of REFUSED_FILES) {
    const text = (await readFile(join(dir, name), "utf8").catch(ignoreMissing)) ?? "";
    for (const line of text.split("\n")) {
      const entry = parse(line);
      if (!entry) continue;
      found.codes[entry.code] = (found.codes[entry.code] ?? 0) + entry.lines.length;
      if (WRONG_TIME.has(entry.code)) readLines(entry.lines, found);
    }
  }
  return found;
}

const WRONG_TIME: ReadonlySet<string> = new Set<RefusalCode>(["TOO_OLD", "IN_THE_FUTURE"]);

/** `undefined` for an empty line, and for one that was cut off by a crash. */
function parse(line: string): { code: string; lines: string[] } | undefined {
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof entry !== "object" || entry === null || !("code" in entry)) return undefined;
  const code = String(entry.code);
  if ("text" in entry) return { code, lines: [String(entry.text)] };
  return "lines" in entry && Array.isArray(entry.lines)
    ? { code, lines: entry.lines.map(String) }
    : { code, lines: [] };
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
  return undefined;
}
