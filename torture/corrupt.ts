// What a bad line does to bytes: one bit is another.
import type { IncomingHttpHeaders } from "node:http";

/** A copy in which one bit is another; `where` 0 to 1 says which. Empty bytes stay empty. */
export function corruptBytes(bytes: Buffer, where: number): Buffer {
  const copy = Buffer.from(bytes);
  const bit = Math.floor(where * copy.length * 8);
  const byte = copy[bit >>> 3];
  if (byte !== undefined) copy[bit >>> 3] = byte ^ (1 << (bit & 7));
  return copy;
}

/** One of the headers that say whose batch it is and which, with another letter or digit in it; the rest as it was. */
export function corruptHeaders(headers: IncomingHttpHeaders, where: number): IncomingHttpHeaders {
  const own = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith("x-campanile-") && typeof value === "string" && value !== "" ? [[name, value] as const] : [],
  );
  const place = Math.floor(where * own.reduce((sum, [, value]) => sum + value.length, 0));
  let before = 0;
  for (const [name, value] of own) {
    const at = place - before;
    if (at < value.length)
      return { ...headers, [name]: `${value.slice(0, at)}${other(value[at])}${value.slice(at + 1)}` };
    before += value.length;
  }
  return headers;
}

/** Something that may stand in its place, so that it is not simply a bad request. */
function other(letter: string | undefined): string {
  return letter === "7" ? "8" : "7";
}
