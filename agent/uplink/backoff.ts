// How long to wait before trying again: longer after each failure, with jitter so that a county's agents do not come back
// all at once, and never sooner than the other side asked for.

export interface BackoffOptions {
  firstMs: number;
  longestMs: number;
  /** 0 to 1, exclusive; `Math.random` unless a test says otherwise. */
  random(): number;
}

/** Nobody is kept away longer by a Retry-After, which may be a slip of somebody's pen. */
const LONGEST_RETRY_AFTER_MS = 60 * 60_000;

/**
 * Milliseconds to wait after `failures` failures in a row (1 or more). What the other side asked for is what is waited, and up to
 * a tenth more by chance, because it tells all agents of a county the same. Where it did not say: half of the doubled time is
 * certain, half is chance.
 */
export function backoffMs(
  failures: number,
  { firstMs, longestMs, random }: BackoffOptions,
  retryAfterMs?: number,
): number {
  if (retryAfterMs !== undefined) return Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS) * (1 + random() / 10);
  const fullMs = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return (fullMs / 2) * (1 + random());
}

/** Milliseconds that a Retry-After header asks for (RFC 9110 section 10.2.3); `undefined` when it says nothing usable. */
export function retryAfterMs(header: string | undefined, realNowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1_000;
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - realNowMs);
}
