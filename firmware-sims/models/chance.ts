// Chance that is the same in every run: numbers made of a seed and of what they are for, never of Math.random.

/** A number from 0 up to, but not, 1 that depends on the parts alone. */
export function chance(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const part of parts) {
    const text = `${part}|`;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193);
  }
  // FNV-1a leaves neighbouring inputs close together in the high bits; two rounds of murmur's finaliser part them.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** A number from `low` up to `high` by chance. */
export function between(low: number, high: number, ...parts: readonly (string | number)[]): number {
  return low + (high - low) * chance(...parts);
}
