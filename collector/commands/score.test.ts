import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { messageOf } from "../../contract/errors.ts";
import {
  BINJIANG,
  DOWN,
  littleWorld,
  MONTH_END,
  routes,
  schoolId,
  UP,
  type World,
  XIHU,
} from "../results/results-suite.ts";
import { addScoreCommand } from "./score.ts";

describe("campanile-collector score", () => {
  let world: World;
  let app: Awaited<ReturnType<typeof routes>>;
  let url: string;
  beforeEach(async () => {
    world = await littleWorld([
      { id: schoolId(1), county: XIHU, strip: UP },
      { id: schoolId(2), county: BINJIANG, strip: DOWN },
    ]);
    app = await routes(world);
    url = await app.listen({ host: "127.0.0.1", port: 0 });
  });
  afterEach(async () => {
    await app.close();
    await world.close();
  });

  /** What it prints, or `failed: …` and `usage: …`; and whether the verdict was negative. */
  async function run(...args: string[]): Promise<{ said: string; negative: boolean }> {
    const said: string[] = [];
    let negative = false;
    const program = new Command();
    const fail = (error: unknown, isUsage: boolean): never => {
      throw new Error(`${isUsage ? "usage" : "failed"}: ${messageOf(error)}`);
    };
    const isNegative = () => {
      negative = true;
    };
    addScoreCommand(program, { out: (text) => void said.push(text), fail, isNegative });
    await program
      .parseAsync(["score", ...args, "--collector", url], { from: "user" })
      .catch((error: unknown) => said.push(messageOf(error)));
    return { said: said.join("\n"), negative };
  }

  it("shows the card of a school as it is now, with its interval and the words", async () => {
    const { said, negative } = await run("--scope", schoolId(1));
    expect(said).toContain("代理指标，非认定结果 / proxy, not a recognition");
    expect(said).toMatch(/^score {6}no score \(known_weight_low/m);
    expect(said).toMatch(/^WIFI_COVER +1\.0000 +\[1\.0000, 1\.0000\]$/m);
    expect(said).toMatch(/^policy targets: achieved 0, .*tracked \d+, out_of_reach \d+$/m);
    expect(negative).toBe(false);
  });

  it("ends with a negative verdict for a school that is known not to be ready", async () => {
    const { said, negative } = await run("--scope", schoolId(2));
    expect(said).toMatch(/^ready {6}no \(cover_low\)$/m);
    expect(negative).toBe(true);
  });

  it("has the results of a day computed and kept before it shows them", async () => {
    const { said } = await run("--scope", "330100", "--as-of", MONTH_END, "--json");
    const { card, targets } = JSON.parse(said) as { card: object; targets: object };
    expect(card).toMatchObject({ kind: "city", computed: "stored", kept: { revision: 1 }, schools: 2 });
    expect(targets).toMatchObject({ asOf: MONTH_END });
    expect(await world.results.store.get(schoolId(1), MONTH_END)).toBeDefined();
  });

  it.each([
    { args: ["--scope", "330100", "--as-of", "2026-09-31"], says: "usage: " },
    { args: ["--scope", "nowhere"], says: "failed: there is no school" },
    { args: ["--scope", "nowhere", "--as-of", MONTH_END], says: "failed: there is no school" },
    { args: ["--scope", "330100", "--as-of", "2026-10-01"], says: "failed: asOf is 2026-10-01" },
  ])("$args is refused: $says", async ({ args, says }) => {
    expect((await run(...args)).said).toContain(says);
  });
});
