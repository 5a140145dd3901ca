// How well a venue was served in one slot, as one small number, so that a window of slots fits an array (scoring model 5.4).
//
// Four bits a metric in the order of QUALITY_METRICS: the pass mark holds 1 or does not 2, the good mark holds 4 or does not 8;
// neither of a pair: not known. Above them one bit that says that the slot was busy enough to count. 0: it was not.
import { holds, QUALITY_METRICS, QUALITY_PARAMETERS, type QualityMetric, type QualityParameters } from "./marks.ts";

/** One radio that serves the venue; what it did not say is absent. A radio that is switched off is left out. */
export interface RadioMeasurements {
  /** wifi_radio_clients */
  clients?: number;
  /** wifi_client_signal_dbm: the mean over the radio's clients, taken for each of them. */
  signalDbm?: number;
  /** wifi_client_snr_db, likewise. */
  snrDb?: number;
  /** wifi_channel_busy_ratio */
  busyRatio?: number;
  /** Transmit retries by frames sent; the dictionary has no such metric yet. */
  retryRatio?: number;
}

export interface SlotMeasurements {
  radios: readonly RadioMeasurements[];
  /** wifi_clients summed over the serving access points, for those that do not tell their radios apart. */
  clients?: number;
  /** Joins of clients (association, authentication, DHCP); the dictionary has no such metric yet. */
  joins?: { attempted: number; succeeded: number };
}

const BITS_PER_METRIC = 4;
const PASSED = 1;
const FAILED = 2;
const GOOD = 4;
const NOT_GOOD = 8;
const BUSY = 1 << (QUALITY_METRICS.length * BITS_PER_METRIC);

/** The slot as a number; 0 when it is not known to have had enough clients. */
export function slotCode(slot: SlotMeasurements, parameters: QualityParameters = QUALITY_PARAMETERS): number {
  if (!isBusy(slot, parameters)) return 0;
  // A radio without clients serves nobody; one that does not say how many may.
  const radios = slot.radios.filter(({ clients }) => clients !== 0);
  let code = BUSY;
  for (const [i, metric] of QUALITY_METRICS.entries()) {
    const { pass, good, side } = parameters.qualityMarks[metric];
    const bits =
      bitOf(
        LOOK[metric](radios, slot, (value) => holds(value, pass, side)),
        PASSED,
        FAILED,
      ) |
      bitOf(
        LOOK[metric](radios, slot, (value) => holds(value, good, side)),
        GOOD,
        NOT_GOOD,
      );
    code |= bits << (i * BITS_PER_METRIC);
  }
  return code;
}

/** Enough clients by what is known; those of a radio that says nothing can only add to them. */
function isBusy({ radios, clients = 0 }: SlotMeasurements, { busyClients }: QualityParameters): boolean {
  const onRadios = radios.reduce((sum, radio) => sum + (radio.clients ?? 0), 0);
  return Math.max(onRadios, clients) >= busyClients;
}

/** Slots of a window in which a mark held, and in which it did not; the rest of the busy ones are not known. */
export interface MarkCounts {
  held: number;
  missed: number;
}

export interface QualityCounts {
  busy: number;
  pass: Readonly<Record<QualityMetric, MarkCounts>>;
  good: Readonly<Record<QualityMetric, MarkCounts>>;
}

/** Adds up the slots of a window, in whatever order. */
export function countSlots(codes: Iterable<number>): QualityCounts {
  const counts = { busy: 0, pass: noCounts(), good: noCounts() };
  for (const code of codes) {
    if (code < BUSY) continue;
    counts.busy += 1;
    for (const [i, metric] of QUALITY_METRICS.entries()) {
      const bits = code >>> (i * BITS_PER_METRIC);
      if ((bits & PASSED) !== 0) counts.pass[metric].held += 1;
      if ((bits & FAILED) !== 0) counts.pass[metric].missed += 1;
      if ((bits & GOOD) !== 0) counts.good[metric].held += 1;
      if ((bits & NOT_GOOD) !== 0) counts.good[metric].missed += 1;
    }
  }
  return counts;
}

function noCounts(): Record<QualityMetric, MarkCounts> {
  const none = (): MarkCounts => ({ held: 0, missed: 0 });
  return { signal: none(), snr: none(), utilisation: none(), clients: none(), retries: none(), joins: none() };
}

/** `undefined`: what is not known could decide it. */
type Outcome = boolean | undefined;
type Test = (value: number) => boolean;
type ValueOf = (radio: RadioMeasurements) => number | undefined;
type Look = (radios: readonly RadioMeasurements[], slot: SlotMeasurements, test: Test) => Outcome;

const LOOK: Readonly<Record<QualityMetric, Look>> = {
  signal: (radios, _, test) => middleClient(radios, ({ signalDbm }) => signalDbm, test),
  snr: (radios, _, test) => middleClient(radios, ({ snrDb }) => snrDb, test),
  utilisation: (radios, _, test) => everyRadio(radios, ({ busyRatio }) => busyRatio, test),
  clients: (radios, _, test) => everyRadio(radios, ({ clients }) => clients, test),
  retries: (radios, _, test) => everyRadio(radios, ({ retryRatio }) => retryRatio, test),
  joins: (_, { joins }, test) => (joins && joins.attempted > 0 ? test(joins.succeeded / joins.attempted) : undefined),
};

/** One radio that misses the mark decides; without one, every radio must be known. */
function everyRadio(radios: readonly RadioMeasurements[], read: ValueOf, test: Test): Outcome {
  const values = radios.map(read);
  if (values.some((value) => value !== undefined && !test(value))) return false;
  return values.length === 0 || values.includes(undefined) ? undefined : true;
}

/**
 * Whether the mark holds for the client in the middle, each with the value of its radio; of two in the middle the worse one
 * counts. In whole clients: a radio that does not say how many it has counts as one.
 */
function middleClient(radios: readonly RadioMeasurements[], read: ValueOf, test: Test): Outcome {
  let all = 0;
  let missing = 0;
  let unknown = 0;
  for (const radio of radios) {
    const clients = radio.clients ?? 1;
    const value = read(radio);
    all += clients;
    if (value === undefined) unknown += clients;
    else if (!test(value)) missing += clients;
  }
  if (all === 0 || unknown === all) return undefined;
  if (2 * missing >= all) return false;
  return 2 * (missing + unknown) < all ? true : undefined;
}

function bitOf(outcome: Outcome, yes: number, no: number): number {
  if (outcome === undefined) return 0;
  return outcome ? yes : no;
}
