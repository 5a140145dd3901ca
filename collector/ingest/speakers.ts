// Who may speak to ingest, and in which order: what the door asks of collector/fleet/.
import type { Lane } from "../../contract/batch.ts";

/** A request as it came in: nothing inflated, nothing believed yet. */
export interface Delivery {
  agentId: string;
  session: string;
  lane: Lane;
  /** `sequence:bytes` of every batch of the body, as signed. */
  parts: string;
  /** Absent when the agent did not say. */
  sentAtMs?: number;
  key?: string;
  signature?: string;
  /** Version of the agent's program; absent when it did not say, and not signed. */
  version?: string;
  body: Uint8Array;
  /** The address it came from. */
  from: string;
}

/** A batch about to be stored. */
export interface Arrival {
  agentId: string;
  session: string;
  sequence: number;
  lane: Lane;
  /** The address it came from. */
  from: string;
}

/** A batch whose name the store knew, and what is known of its first delivery. */
export interface Repeat extends Arrival {
  digest: string;
  sentAtMs?: number;
  first?: { digest: string; sentAtMs?: number; schoolId: string };
}

export interface Speakers {
  /**
   * The school that the delivery's agent speaks for, once its signature is proved.
   * @throws CampusError with a code of IDENTITY_REFUSALS; counted and kept as an event
   */
  school(delivery: Delivery): Promise<string>;
  /**
   * Whether a batch may be stored now, going by what is stored of its session and lane. One whose name is stored already
   * (ReadingStore.knows) passes: the store recognises it.
   * @throws CampusError BATCH_OUT_OF_ORDER or SESSION_SUPERSEDED, counted and kept as an event; StoreError
   */
  order(arrival: Arrival): Promise<void>;
  /** The batch is durable: later ones are judged by it. */
  stored(arrival: Arrival): void;
  /**
   * What a batch is whose name the store knew: a retransmission, or not.
   * @throws CampusError BATCH_CONFLICT or BATCH_REPLAYED, counted and kept as an event
   */
  repeated(repeat: Repeat): void;
  /** A line of a device that only other schools have was refused: kept as an event. */
  foreign(agentId: string, device: string, from: string): void;
}
