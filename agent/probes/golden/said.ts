// One value that somebody says of a device, so that what two say can be laid beside each other.

/**
 * What a value is about. Values of one topic are compared with each other: `os/model`, `cpu`, `sensor/temperature`,
 * `port/up/eth0`.
 */
export type Topic = string;

export interface Said {
  topic: Topic;
  /** Names the value among those of its topic; unique in one device. */
  key: string;
  /** In the unit the topic has with LibreNMS: percent, minutes, MHz. */
  value: number | string;
}

/** Makes keys unique: the second of two equal ones gets "#2". */
export function withUniqueKeys(said: readonly Said[]): Said[] {
  const uses = new Map<string, number>();
  return said.map((one) => {
    const count = (uses.get(one.key) ?? 0) + 1;
    uses.set(one.key, count);
    return count === 1 ? one : { ...one, key: `${one.key} #${count}` };
  });
}
