// A collector of its own in a folder, with two schools, reached over real HTTP; for tests of agents and collector together.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { pino } from "pino";
import { FILES, SCHOOL } from "../collector/app-suite.ts";
import { addFleetCommands } from "../collector/commands/fleet.ts";
import { readConfig } from "../collector/config.ts";
import { sendInventory } from "../collector/remote.ts";
import { type RunningCollector, startCollector } from "../collector/run.ts";

export { SCHOOL };

export class CollectorInFolder {
  readonly folder: string;
  readonly #listen: string;
  #running: RunningCollector | undefined;

  private constructor(folder: string, listen: string) {
    this.folder = folder;
    this.#listen = listen;
  }

  /** @param listen more of the YAML map `listen`, as `, tls: { … }`; `FOLDER` in it is where the files are */
  static async start(listen = "", folder?: string): Promise<CollectorInFolder> {
    const place = folder ?? (await mkdtemp(join(tmpdir(), "campanile-e2e-")));
    const collector = new CollectorInFolder(place, listen);
    await collector.start();
    const texts = Object.entries(FILES).map(([name, lines]): [string, string] => [name, `${lines.join("\n")}\n`]);
    await sendInventory(collector.url, new Map(texts), { preview: false });
    return collector;
  }

  get url(): string {
    if (this.#running === undefined) throw new Error("the collector does not run");
    return this.#running.url;
  }

  async start(): Promise<void> {
    const file = join(this.folder, "collector.yaml");
    await writeFile(
      file,
      `listen: { port: 0${this.#listen} }\ndataDir: ./data\nstore: { kind: memory }\nminFree: 0B\nlog: { level: error }\n`,
    );
    const settings = readConfig(file, {});
    const log = pino({ level: "silent" });
    this.#running = await startCollector({ settings, log, pageDir: undefined, residentBytes: () => 1e8 });
  }

  async close(): Promise<void> {
    await this.#running?.stop(0);
    await rm(this.folder, { recursive: true, force: true });
  }

  /** One command of campanile-collector, as far as it concerns agents. */
  async command(...args: string[]): Promise<string> {
    let said = "";
    const program = new Command("campanile-collector").exitOverride();
    addFleetCommands(program, {
      out: (text) => {
        said += text;
      },
      fail: (error) => {
        throw error;
      },
    });
    await program.parseAsync([...args, "--collector", this.url], { from: "user" });
    return said;
  }

  async code(...args: string[]): Promise<string> {
    const { code } = JSON.parse(await this.command("code", "--school", SCHOOL, "--json", ...args));
    return code;
  }
}
