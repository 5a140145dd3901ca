// Writes the generated documents: `npm run docs`. The page on agreement is written where the recordings are.
import { writeFileSync } from "node:fs";
import { judgeRecordings } from "../agent/probes/golden/judged.ts";
import { missing } from "../agent/probes/golden/recording.ts";
import { agreementPage } from "./agreement-page.ts";
import { metricsPage } from "./metrics-page.ts";
import { telegrafPage } from "./telegraf-page.ts";

writeFileSync(new URL("../docs/metrics.md", import.meta.url), metricsPage());
writeFileSync(new URL("../docs/telegraf.md", import.meta.url), telegrafPage());
if (missing === undefined) {
  writeFileSync(new URL("../docs/agreement.md", import.meta.url), agreementPage(await judgeRecordings()));
}
