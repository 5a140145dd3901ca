// Every recording asked, laid beside LibreNMS and judged.
import { type Judged, judge, loadDifferences } from "./differences.ts";
import { openRecordings, recordingNames } from "./recording.ts";

/** Those that are named, or all of which LibreNMS expects something. */
export async function judgeRecordings(names: readonly string[] = recordingNames()): Promise<Judged[]> {
  const recordings = await openRecordings();
  try {
    const differences = loadDifferences();
    const judged: Judged[] = [];
    for (const name of names) judged.push(judge(name, await recordings.compare(name), differences));
    return judged.filter(({ pairs }) => pairs.length > 0);
  } finally {
    recordings.close();
  }
}
