// docs/agreement.md as text: how far the agent and LibreNMS agree on recorded devices, and why not where they do not.

import { type Difference, type Judged, REASONS } from "../agent/probes/golden/differences.ts";
import { cells, isOfPort, kindOf, percent, share, tally } from "../agent/probes/golden/tally.ts";

export function agreementPage(judged: readonly Judged[]): string {
  const compared = judged.filter(({ pairs }) => pairs.length > 0);
  const sections = [byRecording(compared), [""], byKind(compared), [""], reasons(compared)];
  return [...INTRO, summary(compared), "", ...sections.flat()].join("\n");
}

/** One sentence with the shares. */
export function summary(judged: readonly Judged[]): string {
  const all = tally(judged);
  const ports = tally(judged, isOfPort);
  const others = tally(judged, (topic) => !isOfPort(topic));
  const { unrecorded, unmeasured } = others.explained;
  const askable = others.compared - unrecorded - unmeasured;
  return (
    `Of ${all.compared} values that LibreNMS reads from ${judged.length} recordings, ours has ${all.agree} as well: ${share(all)} ` +
    `(${share(others)} of ${others.compared} sensors, clients, processors and texts; ${share(ports)} of ${ports.compared} values of interfaces). ` +
    `Without what is not recorded or what no metric is for, it is ${percent(others.agree, askable)} of ${askable} of the former.`
  );
}

const INTRO = [
  "<!-- Generated from recorded devices and agent/probes/golden/differences by `npm run docs`. Do not edit. -->",
  "",
  "# Agreement with LibreNMS",
  "",
  "The agent asks every recorded device of LibreNMS's test data, and what it says is laid beside what LibreNMS expects of the",
  "same recording: values are matched one to one within what they measure. LibreNMS is another reader, not the truth. Each",
  "value of its that ours has not is explained by a fact of the MIB or of the recording; `npm test` fails on one that is not,",
  "and on an explanation that is no longer needed. What ours reads and LibreNMS does not is not counted. `npm run agreement`",
  "prints the table; with names of recordings every difference and every match.",
  "",
];

const HEAD = ["compared", "agree", "ours is right", "not recorded", "no metric", "share"];

function byRecording(judged: readonly Judged[]): string[] {
  const rows = judged.map((one) => row(one.recording, cells(tally([one]))));
  return ["## By recording", "", ...head("recording"), ...rows, row("all", cells(tally(judged)))];
}

function byKind(judged: readonly Judged[]): string[] {
  const kinds = new Set(judged.flatMap(({ pairs }) => pairs.map(({ peer }) => kindOf(peer.topic))));
  const rows = [...kinds].sort().map((kind) => row(kind, cells(tally(judged, (topic) => kindOf(topic) === kind))));
  return ["## By kind of value", "", ...head("kind"), ...rows];
}

function reasons(judged: readonly Judged[]): string[] {
  const lines = judged.flatMap(({ recording, differences }) => {
    if (differences.length === 0) return [];
    return [`### ${recording}`, "", ...explanations(differences), ""];
  });
  return ["## Where ours has not what LibreNMS has", "", ...lines];
}

/** One item for each explanation, with how many values it is of. */
function explanations(differences: readonly Difference[]): string[] {
  const counts = new Map<Difference["explanation"], number>();
  for (const { explanation } of differences) counts.set(explanation, (counts.get(explanation) ?? 0) + 1);
  return [...counts].map(([explanation, count]) => {
    if (explanation === undefined) return `- ${count} not explained`;
    const { keys, reason, because } = explanation;
    return `- ${keys.map((key) => `\`${key}\``).join(", ")} (${count}): ${REASONS[reason]}. ${because}`;
  });
}

function head(first: string): string[] {
  return [
    row(first, HEAD),
    row(
      "---",
      HEAD.map(() => "---:"),
    ),
  ];
}

function row(first: string, rest: readonly string[]): string {
  return `| ${[first, ...rest].join(" | ")} |`;
}
