// How the batches of schools arrived: in time or late. One pass over the ledger for all schools.
//
// The store keeps ledger entries for a day or so (their names for ever), so a month is counted as it goes: whoever keeps the
// counts adds each stretch to what it has (`addDelivery`). What nobody counted is not known, and is no delivery in time.
import { TIMELY_MS } from "../score/indicators/limits.ts";
import type { LedgerEntry, ReadingStore } from "../store/store.ts";

/** Of one school, of batches that were received from `fromMs` up to `toMs`. */
export interface Delivery {
  fromMs: number;
  toMs: number;
  /** Lines of batches whose oldest reading was no older than 15 minutes when they arrived. */
  timelyLines: number;
  /** Of batches whose newest reading was older. */
  lateLines: number;
  /** Of batches that reach from one into the other: which of their lines were late is not kept. */
  mixedLines: number;
  /** Lines that were refused; absent: nobody counted them for all of the time. */
  refusedLines?: number;
  /** When the newest batch arrived. */
  lastReceivedMs: number;
}

/** By school; one of which no batch came is not there. Batches without readings say nothing of timeliness. */
export async function measureDeliveries(
  store: Pick<ReadingStore, "scanLedger">,
  fromMs: number,
  toMs: number,
): Promise<Map<string, Delivery>> {
  const bySchool = new Map<string, Delivery>();
  await store.scanLedger(fromMs, toMs, (entries) => {
    for (const entry of entries) {
      const delivery = bySchool.get(entry.schoolId) ?? nothing(fromMs, toMs);
      bySchool.set(entry.schoolId, delivery);
      count(delivery, entry);
    }
  });
  return bySchool;
}

/**
 * Two stretches of one school, one after the other. Refused lines are known of both only together.
 * @throws RangeError when time lies between them that nobody counted
 */
export function addDelivery(earlier: Delivery, later: Delivery): Delivery {
  if (later.fromMs !== earlier.toMs)
    throw new RangeError(`from ${earlier.toMs} to ${later.fromMs} nothing was counted`);
  const { refusedLines: before } = earlier;
  const { refusedLines: after } = later;
  return {
    fromMs: earlier.fromMs,
    toMs: later.toMs,
    timelyLines: earlier.timelyLines + later.timelyLines,
    lateLines: earlier.lateLines + later.lateLines,
    mixedLines: earlier.mixedLines + later.mixedLines,
    ...(before !== undefined && after !== undefined && { refusedLines: before + after }),
    lastReceivedMs: Math.max(earlier.lastReceivedMs, later.lastReceivedMs),
  };
}

function nothing(fromMs: number, toMs: number): Delivery {
  return { fromMs, toMs, timelyLines: 0, lateLines: 0, mixedLines: 0, lastReceivedMs: fromMs };
}

function count(delivery: Delivery, { receivedAtMs, lines, firstMs, lastMs }: LedgerEntry): void {
  delivery.lastReceivedMs = Math.max(delivery.lastReceivedMs, receivedAtMs);
  if (firstMs === undefined || lastMs === undefined) return;
  if (receivedAtMs - firstMs <= TIMELY_MS) delivery.timelyLines += lines;
  else if (receivedAtMs - lastMs > TIMELY_MS) delivery.lateLines += lines;
  else delivery.mixedLines += lines;
}
