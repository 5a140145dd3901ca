// Byte sizes as people write them in configuration files: "500KB", "200MB", "2GB", in powers of a thousand.
import { CampusError } from "./errors.ts";

const UNIT_BYTES = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9 } as const;
const PATTERN = /^(\d+(?:\.\d+)?)(B|KB|MB|GB)?$/;

/** Bytes of a size text; a bare number counts bytes. @throws CampusError `BYTES_INVALID` naming text and accepted form. */
export function parseBytes(text: string): number {
  const [, amount, unit = "B"] = PATTERN.exec(text) ?? [];
  if (amount === undefined || !(unit in UNIT_BYTES)) {
    throw new CampusError(
      "BYTES_INVALID",
      `"${text}" is not a size, expected a whole number of bytes or for example "500KB", "200MB" or "2GB"`,
    );
  }
  return Math.floor(Number(amount) * UNIT_BYTES[unit as keyof typeof UNIT_BYTES]); // `in` has just checked it
}

/** A size for people, with at most one decimal. */
export function formatBytes(bytes: number): string {
  for (const unit of ["GB", "MB", "KB"] as const) {
    if (bytes >= UNIT_BYTES[unit]) return `${Math.round((bytes / UNIT_BYTES[unit]) * 10) / 10}${unit}`;
  }
  return `${bytes}B`;
}
