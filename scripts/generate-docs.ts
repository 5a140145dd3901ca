// Writes the generated documents: `npm run docs`.
import { writeFileSync } from "node:fs";
import { metricsPage } from "./metrics-page.ts";

writeFileSync(new URL("../docs/metrics.md", import.meta.url), metricsPage());
