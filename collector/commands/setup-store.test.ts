import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { messageOf } from "../../contract/errors.ts";
import { readConfig } from "../config.ts";
import { type Influxd, influxdPath, startInfluxd } from "../store/influxd-suite.ts";
import { addSetUpStoreCommand } from "./setup-store.ts";

/** What the command says, or the error it ends with. */
async function run(store: string, ...options: string[]): Promise<string> {
  const file = join(mkdtempSync(join(tmpdir(), "campanile-setup-")), "collector.yaml");
  writeFileSync(file, `dataDir: ./data\nstore: ${store}\n`);
  const said: string[] = [];
  const program = new Command();
  const fail = (error: unknown): never => {
    throw error;
  };
  addSetUpStoreCommand(program, { out: (text) => said.push(text), fail }, (name) => readConfig(name, {}));
  await program
    .parseAsync(["setup-store", "--config", file, ...options], { from: "user" })
    .catch((error: unknown) => said.push(`failed: ${messageOf(error)}`));
  return said.join("\n");
}

describe("setup-store", () => {
  it("has nothing to do for the embedded store", async () => {
    await expect(run("{ kind: duckdb }")).resolves.toBe("the embedded store needs no setting up");
    await expect(run("{ kind: memory }", "--json")).resolves.toBe('{"steps":[]}');
  });

  it("says that the server is away", async () => {
    const said = await run('{ kind: influx, url: "http://127.0.0.1:9", database: campanile }');
    expect(said).toMatch(/^failed: InfluxDB at http:\/\/127\.0\.0\.1:9 did not answer a query: /);
  });
});

describe.skipIf(influxdPath === undefined)("setup-store with influxd (apt-get install influxdb)", () => {
  let server: Influxd;
  beforeAll(async () => {
    server = await startInfluxd();
  });
  afterAll(() => server.remove());

  it("says what it made, what was there, and both as JSON", async () => {
    const store = `{ kind: influx, url: "${server.url}", database: campanile }`;
    await expect(run(store)).resolves.toMatch(/^made database campanile\nmade retention policy raw\n/);
    await expect(run(store)).resolves.toMatch(/^database campanile is there\nretention policy raw is there\n/);
    const { steps } = JSON.parse(await run(store, "--json"));
    expect(steps[0]).toEqual({ what: "database campanile", outcome: "there" });
  });
});
