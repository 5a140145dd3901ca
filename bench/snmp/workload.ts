// What every contender is given to do. device.c and c-library.c hold the same names.

/** Devices polled at the same time, each on a port of its own. */
export const DEVICE_COUNT = 64;
export const COMMUNITY = "public";

export const WHATS = ["GET of 12 values", "table of 640 values"] as const;
export type What = (typeof WHATS)[number];

/** What one of our lines to a worker calls it. */
export const COMMAND = { "GET of 12 values": "get", "table of 640 values": "table" } as const satisfies Record<
  What,
  string
>;

/** sysUpTime and eleven values of one interface (IF-MIB). */
export const GET_OIDS: readonly string[] = [
  "1.3.6.1.2.1.1.3.0",
  ...[5, 7, 8, 9, 10, 11, 13, 14, 16, 17, 19].map((column) => `1.3.6.1.2.1.2.2.1.${column}.1`),
];

export const TABLE_OID = "1.3.6.1.2.1.31.1.1";
export const ENTRY_OID = `${TABLE_OID}.1`;
/** ifHCInOctets to ifHighSpeed. */
export const COLUMN_OIDS: readonly string[] = Array.from({ length: 10 }, (_, i) => `${ENTRY_OID}.${6 + i}`);
export const ROWS = 64;
export const CELLS = COLUMN_OIDS.length * ROWS;

/** Variables asked for in one request of a table, by all that let one choose: the most our engine asks a quick device for. */
export const VARIABLES_PER_REQUEST = 180;
