import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { judgeRecordings } from "../agent/probes/golden/judged.ts";
import { missing } from "../agent/probes/golden/recording.ts";
import { agreementPage } from "./agreement-page.ts";

const why = missing === undefined ? "" : ` (skipped: ${missing})`;

it.skipIf(missing !== undefined)(
  `docs/agreement.md says what is compared: run \`npm run docs\` after changing it${why}`,
  async () => {
    const page = readFileSync(new URL("../docs/agreement.md", import.meta.url), "utf8");
    expect(page).toBe(agreementPage(await judgeRecordings()));
  },
);
