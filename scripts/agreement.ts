// `npm run agreement [RECORDING …]`: how far the agent agrees with LibreNMS on recorded devices; with names, every value of
// LibreNMS's, and what of ours is the same.
import type { Judged } from "../agent/probes/golden/differences.ts";
import { judgeRecordings } from "../agent/probes/golden/judged.ts";
import { missing } from "../agent/probes/golden/recording.ts";
import { cells, tally } from "../agent/probes/golden/tally.ts";
import { summary } from "./agreement-page.ts";

if (missing !== undefined) {
  console.log(missing);
} else {
  const only = process.argv.slice(2);
  const judged = await judgeRecordings(only.length > 0 ? only : undefined);
  console.log(line(["recording", "compared", "agree", "right", "unrec.", "unmeas.", "share"]));
  for (const one of judged) {
    console.log(line([one.recording, ...cells(tally([one]))]));
    if (only.length > 0) printPairs(one);
  }
  console.log(line(["all", ...cells(tally(judged))]));
  console.log(`\n${summary(judged)}`);
}

function printPairs({ pairs, differences }: Judged): void {
  for (const pair of pairs.filter(({ ours }) => ours !== undefined)) {
    console.log(`  = ${pair.peer.key}: ${pair.peer.value}  (${pair.ours?.key})`);
  }
  for (const { peer, others, explanation } of differences) {
    const candidates = others.map(({ key, value }) => `${key}: ${value}`).join(", ");
    console.log(`  ≠ ${peer.key}: ${peer.value}  [${explanation?.reason ?? "NOT EXPLAINED"}]  ${candidates}`);
  }
}

function line([first = "", ...rest]: readonly string[]): string {
  return `${first.padEnd(28)}${rest.map((cell) => cell.padStart(9)).join("")}`;
}
