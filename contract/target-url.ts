// What reading target URLs shares: decoding one part, and the refusal of all of it.
import { CampusError } from "./errors.ts";

/** @throws CampusError `TARGET_INVALID` naming the part when its percent signs do not stand for UTF-8 */
export function decodePart(text: string, part: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // The only thing it throws is URIError, and that quotes the secret.
    throw invalid(`${part} is not percent-encoded as it should be`);
  }
}

export function invalid(problem: string): CampusError {
  return new CampusError("TARGET_INVALID", `target URL: ${problem}`);
}
