// Hardware addresses in one spelling: aa:bb:cc:dd:ee:ff.

const SPELLINGS =
  /^(?:[0-9a-f]{12}|[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}|[0-9a-f]{4}([.-])[0-9a-f]{4}\2[0-9a-f]{4})$/i;

/** The one spelling of a MAC written with colons, dashes, dots or nothing between its digits; `undefined` for anything else. */
export function normalizeMac(text: string): string | undefined {
  const trimmed = text.trim();
  if (!SPELLINGS.test(trimmed)) return undefined;
  const digits = trimmed.replace(/[^0-9a-f]/gi, "").toLowerCase();
  return digits.match(/../g)?.join(":");
}

/** The one spelling of six raw bytes; `undefined` when there are not six, or all are zero (devices write "none" so). */
export function macFromBytes(bytes: Uint8Array): string | undefined {
  if (bytes.length !== 6 || bytes.every((b) => b === 0)) return undefined;
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join(":");
}

/**
 * The form in which device keys are compared: a MAC in its one spelling, anything else as it is without blanks around it.
 * Inventory and readings both pass through here, so "AA-BB-…" in a spreadsheet finds "aa:bb:…" on the wire.
 */
export function deviceKey(text: string): string {
  return normalizeMac(text) ?? text.trim();
}
