import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { messageOf } from "../../contract/errors.ts";
import type { App } from "../app.ts";
import { FILES, SCHOOL, testApp } from "../app-suite.ts";
import { writeWorkbook } from "../inventory/workbook/write.ts";
import { addImportCommand } from "./import.ts";

const TEXTS = new Map(Object.entries(FILES).map(([name, lines]) => [name, `${lines.join("\n")}\n`]));

describe("campanile-collector import", () => {
  let folder: string;
  let app: App;
  let url: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "campanile-import-"));
    ({ app } = await testApp(folder));
    url = await app.listen({ host: "127.0.0.1", port: 0 });
  });
  afterEach(async () => {
    await app.close();
    await rm(folder, { recursive: true });
  });

  /** What it prints, or `failed: …` and `usage: …`. */
  async function run(source: string, ...options: string[]): Promise<string> {
    const said: string[] = [];
    const program = new Command();
    const fail = (error: unknown, isUsage: boolean): never => {
      throw new Error(`${isUsage ? "usage" : "failed"}: ${messageOf(error)}`);
    };
    addImportCommand(program, { out: (text) => void said.push(text), fail });
    await program
      .parseAsync(["import", source, "--collector", url, ...options], { from: "user" })
      .catch((error: unknown) => said.push(messageOf(error)));
    return said.join("\n");
  }

  async function csvFolder(): Promise<string> {
    const dir = join(folder, "files");
    await mkdir(dir);
    for (const [name, text] of TEXTS) await writeFile(join(dir, name), text);
    return dir;
  }

  it("takes a folder or a workbook, which say the same", async () => {
    expect(await run(await csvFolder())).toMatch(/^schools\.csv: 1 added, .*[\s\S]*\nimported as version 1$/);
    const file = join(folder, "Inventory.XLSX");
    await writeFile(file, await writeWorkbook(TEXTS));
    expect(await run(file)).toMatch(/nothing was changed: the inventory says the same$/);
  });

  it("says from when it holds, who changes it and why", async () => {
    const options = ["--valid-from", "2026-10-01", "--author", "区教育局", "--note", "new term"];
    expect(await run(await csvFolder(), ...options)).toMatch(/imported as version 1, which holds from 2026-10-01$/);
    const { versions } = (await app.inject({ url: "/v1/inventory/versions" })).json();
    expect(versions).toMatchObject([
      { validFrom: "2026-10-01", author: "区教育局", note: "new term", isInForce: false },
    ]);
  });

  it("previews, and prints JSON for machines", async () => {
    const changes = JSON.parse(await run(await csvFolder(), "--preview", "--json"));
    expect(changes).toMatchObject({ preview: true, files: { "schools.csv": { added: [SCHOOL] } } });
    expect((await app.inject({ url: "/v1/inventory/versions" })).json().versions).toEqual([]);
  });

  it("says what is wrong: usage, a file that is not there, and one that is no workbook", async () => {
    expect(await run(folder, "--valid-from", "tomorrow")).toMatch('usage: --valid-from "tomorrow" is no date');
    expect(await run(join(folder, "no.xlsx"))).toMatch(/^failed: .*no\.xlsx cannot be read/);
    expect(await run(join(folder, "nowhere"))).toMatch(/^failed: the files in .*nowhere cannot be read/);
    const file = join(folder, "text.xlsx");
    await writeFile(file, "no workbook");
    expect(await run(file)).toMatch(/^failed: the file cannot be read as an Excel workbook/);
  });
});
