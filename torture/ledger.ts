// The ledger: what became of every answer that a device gave. Pure: what was given and what was found in, the account out.
//
// Each serial is looked for in this order, and counted where it is found first:
//   stored    in the store, under the school of its agent
//   refused   in the agent's file of refused lines, refused for its time
//   spooled   in a batch that still waits in the agent's spool
//   dropped   nowhere, for one of the reasons in explain.ts, for which there is evidence
//   lost      nowhere, and nothing explains it
// Beside that account stand `doubled`, rows beyond the first of a serial in the store, whatever their time or school, and
// `invented`, rows of a serial that no device ever gave. The ledger closes when lost, doubled and invented are 0; that
// given = stored + refused + spooled + dropped + lost holds by construction, because each serial is counted once.
import type { Given } from "./campus.ts";
import { type DropReason, type Evidence, Explainer } from "./explain.ts";

/** A reading that was found, by the agent's clock. */
export interface Found {
  device: string;
  atMs: number;
}

export interface FoundSerial extends Found {
  serial: number;
}

/** What one place holds: serials, and readings which say that a run failed. */
export interface Holding {
  serials: readonly FoundSerial[];
  failures: readonly Found[];
}

/** What a store holds; every row with its school. */
export interface StoredSerial extends FoundSerial {
  school: string;
}

export interface LedgerInput extends Evidence {
  given: readonly Given[];
  stored: { serials: readonly StoredSerial[]; failures: readonly Found[] };
  refused: Holding;
  spooled: Holding;
  schoolOf(device: string): string;
}

export interface Ledger {
  given: number;
  stored: number;
  spooled: number;
  dropped: number;
  refused: number;
  lost: number;
  doubled: number;
}

export interface Account {
  ledger: Ledger;
  droppedBy: Record<DropReason, number>;
  invented: number;
  /** The first of what should not be, for people. */
  examples: string[];
}

const EXAMPLES = 20;

export function isClosed({ ledger, invented }: Account): boolean {
  return ledger.lost === 0 && ledger.doubled === 0 && invented === 0;
}

export function closeLedger(input: LedgerInput): Account {
  const { given, stored, refused, spooled, schoolOf } = input;
  const own = keysOf(stored.serials.filter(({ device, school }) => schoolOf(device) === school));
  const inRefused = keysOf(refused.serials);
  const inSpool = keysOf(spooled.serials);
  const isFound = (one: Given) => own.has(keyOf(one)) || inRefused.has(keyOf(one)) || inSpool.has(keyOf(one));
  const failures = [stored, refused, spooled].flatMap((holding) => holding.failures);
  const explainer = new Explainer(input, failures, given.filter(isFound));

  const ledger: Ledger = { given: given.length, stored: 0, spooled: 0, dropped: 0, refused: 0, lost: 0, doubled: 0 };
  const droppedBy: Account["droppedBy"] = { "no-reading": 0, killed: 0, nobody: 0, unkept: 0 };
  const examples: string[] = [];
  for (const one of given) {
    if (own.has(keyOf(one))) ledger.stored += 1;
    else if (inRefused.has(keyOf(one))) ledger.refused += 1;
    else if (inSpool.has(keyOf(one))) ledger.spooled += 1;
    else {
      const reason = explainer.explain(one);
      if (reason === undefined) {
        ledger.lost += 1;
        examples.push(`lost: ${one.device} ${one.serial}, given at ${new Date(one.atMs).toISOString()}`);
      } else {
        ledger.dropped += 1;
        droppedBy[reason] += 1;
      }
    }
  }
  const { doubled, invented } = surplus(input, examples);
  return { ledger: { ...ledger, doubled }, droppedBy, invented, examples: examples.slice(0, EXAMPLES) };
}

/** Rows that should not be there. */
function surplus({ given, stored }: LedgerInput, examples: string[]): { doubled: number; invented: number } {
  const known = keysOf(given);
  const seen = new Set<string>();
  let doubled = 0;
  let invented = 0;
  for (const row of stored.serials) {
    const key = keyOf(row);
    if (!known.has(key)) {
      invented += 1;
      examples.push(`invented: ${row.school} ${row.device} ${row.serial} at ${row.atMs}`);
    } else if (seen.has(key)) {
      doubled += 1;
      examples.push(`doubled: ${row.school} ${row.device} ${row.serial} at ${row.atMs}`);
    }
    seen.add(key);
  }
  return { doubled, invented };
}

function keyOf({ device, serial }: { device: string; serial: number }): string {
  return `${device} ${serial}`;
}

function keysOf(list: readonly { device: string; serial: number }[]): ReadonlySet<string> {
  return new Set(list.map(keyOf));
}
