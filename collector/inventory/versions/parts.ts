// Cuts a text into parts such that an edit changes few of them: where a cut is follows from the line before it, not from its place.

/** How parts are cut, in bytes; one line in `everyLines` ends a part that has `min` bytes. */
export interface Cutting {
  min: number;
  max: number;
  everyLines: number;
}

/** Lines of a hundred bytes make parts of half a megabyte. */
export const CUTTING: Cutting = { min: 256 * 1024, max: 1024 * 1024, everyLines: 2_500 };
const LF = 10;

/** The parts in order; together they are the text. A part ends with a line, unless the line alone is longer than a part may be. */
export function partsOf(text: Uint8Array, cutting: Cutting = CUTTING): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let from = 0; from < text.length; ) {
    const end = endOfPart(text, from, cutting);
    parts.push(text.subarray(from, end));
    from = end;
  }
  return parts;
}

function endOfPart(text: Uint8Array, from: number, { min, max, everyLines }: Cutting): number {
  for (let lineFrom = from; ; ) {
    const at = text.indexOf(LF, lineFrom);
    const lineEnd = at < 0 ? text.length : at + 1;
    if (lineEnd - from > max) return lineFrom > from ? lineFrom : from + max;
    if (lineEnd === text.length) return lineEnd;
    if (lineEnd - from >= min && hashOf(text, lineFrom, lineEnd) % everyLines === 0) return lineEnd;
    lineFrom = lineEnd;
  }
}

/** FNV-1a, 32 bits. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i += 1) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash >>> 0;
}
