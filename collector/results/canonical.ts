// The one way in which a result is written as bytes: the same result gives the same bytes, whatever made it.
//
// JSON without spaces, the keys of every object in the order of their UTF-16 code units, arrays as they are, what is undefined not
// there, as in RFC 8785. The SHA-256 is that of this text; it is kept with gzip, whose bytes may differ between versions of zlib.
import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";

export interface Packed {
  /** Gzip of the canonical text. */
  bytes: Uint8Array;
  /** Of the text, 64 hexadecimal digits. */
  sha256: string;
}

/** @throws RangeError for a number that JSON cannot write */
export function canonicalText(value: unknown): string {
  if (typeof value === "number" && !Number.isFinite(value)) throw new RangeError(`${value} cannot be kept in a result`);
  if (Array.isArray(value)) return `[${value.map((item: unknown) => canonicalText(item)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${canonicalText(item)}`).join(",")}}`;
}

/** Maps and sets as arrays in the order of their keys, whole numbers of any length as text: what JSON can write of anything. */
export function plainly(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Map) return inOrder([...value].map((pair: [unknown, unknown]) => plainly(pair)));
  if (value instanceof Set) return inOrder([...value].map(plainly));
  if (Array.isArray(value)) return value.map(plainly);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainly(item)]));
}

function inOrder(items: readonly unknown[]): unknown[] {
  const texts = items.map((item) => ({ item, text: canonicalText(item) }));
  return texts.sort((a, b) => (a.text < b.text ? -1 : 1)).map(({ item }) => item);
}

export function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

export function packed(value: unknown): Packed {
  const text = canonicalText(value);
  return { bytes: gzipSync(text), sha256: sha256Of(text) };
}

/** The text again. @throws when the bytes are not what `packed` made */
export function unpackedText(bytes: Uint8Array): string {
  return gunzipSync(bytes).toString("utf8");
}
