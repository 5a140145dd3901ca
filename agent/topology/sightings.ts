// What one device sees of others, for finding out what hangs on what. It stays in the agent: no reading is made of it.

/** Somebody on the other end of a cable, by what he says of himself (LLDP, CDP). */
export interface Neighbour {
  /** The interface on which he is heard, by ifName. */
  port: string;
  /** Hardware addresses he names: of his chassis, of his port. */
  macs: readonly number[];
  /** Names he gives himself. */
  names: readonly string[];
  /** Addresses under which he is managed, in their one spelling. */
  addresses: readonly string[];
  /** What he calls the port on his end; absent when he names it only by a hardware address. */
  remotePort?: string;
  /** Hardware address of the port on his end. */
  remotePortMac?: number;
  /** What he does; absent when he does not say. */
  isBridge?: boolean;
  isAccessPoint?: boolean;
}

/** Each part is absent when it was not asked this time or the device does not have it. */
export interface Sightings {
  /** Own hardware addresses, with the interface that has it alone; an empty text where several have it or none. */
  own?: ReadonlyMap<number, string>;
  /** Under which address it speaks to its neighbours (LLDP). */
  chassis?: number;
  /** What it says that it does. */
  isBridge?: boolean;
  isAccessPoint?: boolean;
  neighbours?: readonly Neighbour[];
  /** Hardware addresses learned behind each of its interfaces. */
  behind?: ReadonlyMap<string, readonly number[]>;
}

/** What goes beyond these is left out: unknown, not wrong. The largest school switches learn 32,768 addresses. */
export const MOST_NEIGHBOURS = 1_024;
export const MOST_ADDRESSES = 32_768;
/** Of one device: its own hardware addresses, and addresses under which one neighbour is managed. */
export const MOST_OWN = 8_192;
export const MOST_MANAGED = 16;
