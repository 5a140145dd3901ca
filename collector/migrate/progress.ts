// What a migration has copied, in a file beside the target, so that one that was ended goes on.
//
// One JSON value a line: first {"from":…,"to":…}, then ["readings 3633000001 2026-03-02","1440:9f0c22d17a5b3e10"] for each
// part that is in the target, with the checksum it had in the source. A torn last line is left out: its part is copied again.
import { existsSync } from "node:fs";
import { type FileHandle, open, readFile, rm, truncate } from "node:fs/promises";
import { CampusError } from "../../contract/errors.ts";

export class Progress {
  readonly path: string;
  /** Whether an earlier run has left it. */
  readonly resumed: boolean;
  readonly #done: Map<string, string>;
  readonly #file: FileHandle;

  /** Use `openProgress`. */
  constructor(path: string, resumed: boolean, done: Map<string, string>, file: FileHandle) {
    this.path = path;
    this.resumed = resumed;
    this.#done = done;
    this.#file = file;
  }

  done(name: string): string | undefined {
    return this.#done.get(name);
  }

  async copied(name: string, checksum: string): Promise<void> {
    await this.#file.appendFile(`${JSON.stringify([name, checksum])}\n`);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** When everything is copied and compared. */
  async remove(): Promise<void> {
    await this.close();
    await rm(this.path, { force: true });
  }
}

/** @throws CampusError `MIGRATE_OTHER` when the file is of a migration between other stores */
export async function openProgress(path: string, stores: { from: string; to: string }): Promise<Progress> {
  const head = JSON.stringify({ from: stores.from, to: stores.to });
  const done = new Map<string, string>();
  const resumed = existsSync(path);
  if (resumed) {
    const { lines, bytes } = await wholeLines(path);
    if (lines[0] !== undefined && lines[0] !== head) {
      throw new CampusError(
        "MIGRATE_OTHER",
        `${path} is of another migration (${lines[0]}); end that one, or delete the file to begin this one`,
      );
    }
    for (const line of lines.slice(1)) {
      const [name, checksum] = JSON.parse(line) as [string, string]; // our own lines, whole
      done.set(name, checksum);
    }
    await truncate(path, bytes);
  }
  const file = await open(path, "a");
  if ((await file.stat()).size === 0) await file.appendFile(`${head}\n`);
  return new Progress(path, resumed, done, file);
}

async function wholeLines(path: string): Promise<{ lines: string[]; bytes: number }> {
  const text = await readFile(path, "utf8");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  return { lines: whole.split("\n").filter((line) => line !== ""), bytes: Buffer.byteLength(whole) };
}
