// Texts that strangers' devices say, made fit for a terminal, a table and a spreadsheet.

const LONGEST = 200;

/** One line without control and direction characters, which could move a cursor or turn a line around; `undefined` when nothing is left. */
export function plainText(text: string | undefined): string | undefined {
  const plain = text
    ?.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\ufffd]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, LONGEST);
  return plain === "" ? undefined : plain;
}
