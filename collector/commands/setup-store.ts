// `campanile-collector setup-store`: makes what the configured store needs on its server, and says what it made.
import type { CollectorConfig } from "../config.ts";
import { setUpInflux } from "../store/influx-setup.ts";
import type { SetUpStep } from "../store/influx-version.ts";

/** @throws CampusError when the server is away, or a right is missing, with the command of an operator who has it */
export async function setUpStore({ store }: CollectorConfig): Promise<SetUpStep[]> {
  switch (store.kind) {
    case "influx":
      return setUpInflux(store);
    case "duckdb":
    case "memory":
      return [];
  }
}

/** For people: one line a step. */
export function setUpText(steps: readonly SetUpStep[]): string {
  if (steps.length === 0) return "the embedded store needs no setting up";
  return steps.map(({ what, outcome }) => (outcome === "made" ? `made ${what}` : `${what} is there`)).join("\n");
}
