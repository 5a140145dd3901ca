// How far the agent and LibreNMS agree, counted: per recording, per kind of value, and in all.
import { type Judged, REASONS, type Reason } from "./differences.ts";
import type { Topic } from "./said.ts";

export interface Tally {
  /** Values of LibreNMS's that were compared, and those that ours has as well. */
  compared: number;
  agree: number;
  /** Those that ours has not, by reason. */
  explained: Record<Reason, number>;
  unexplained: number;
}

/** Counts the values that `counts` is true of; all of them unless told. */
export function tally(judged: readonly Judged[], counts: (topic: Topic) => boolean = () => true): Tally {
  const differences = judged.flatMap((one) => one.differences).filter(({ peer }) => counts(peer.topic));
  const compared = judged.flatMap(({ pairs }) => pairs).filter(({ peer }) => counts(peer.topic)).length;
  const explained = { right: 0, unrecorded: 0, unmeasured: 0 } satisfies Record<Reason, number>;
  for (const { explanation } of differences) if (explanation !== undefined) explained[explanation.reason] += 1;
  const named = Object.values(explained).reduce((sum, count) => sum + count, 0);
  return { compared, agree: compared - differences.length, explained, unexplained: differences.length - named };
}

/** Interfaces and their counters are nine in ten of all values, so they are counted apart. */
export function isOfPort(topic: Topic): boolean {
  return topic.startsWith("port/");
}

export function share({ agree, compared }: Tally): string {
  return percent(agree, compared);
}

/** "94.7 %"; of nothing "–". */
export function percent(part: number, whole: number): string {
  return whole === 0 ? "–" : `${((100 * part) / whole).toFixed(1)} %`;
}

/** A row of a table: what was counted, then the share. */
export function cells(counted: Tally): string[] {
  const reasons = Object.keys(REASONS) as Reason[]; // the keys of our own constant
  return [
    String(counted.compared),
    String(counted.agree),
    ...reasons.map((reason) => String(counted.explained[reason])),
    share(counted),
  ];
}

/** The first words of a topic: `sensor/temperature`, `port/speed`, `os/model`. */
export function kindOf(topic: Topic): string {
  return topic.split("/").slice(0, 2).join("/");
}
