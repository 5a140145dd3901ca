// A migration as a process of its own, which a test kills: node --import ./register.js child-suite.ts FROM TO
import { readConfig } from "../config.ts";
import { migrate } from "./migrate.ts";

const [from, to] = process.argv.slice(2);
if (from !== undefined && to !== undefined) {
  const ended = migrate({ from: readConfig(from, {}), to: readConfig(to, {}) });
  const equal = await ended.then(
    ({ differences }) => differences.length === 0,
    () => false,
  );
  process.exit(equal ? 0 : 1);
}
