// Restore of a backup into an empty or a replaced data folder.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fetchBackup } from "./fetch.ts";
import { deliver, nowMs, Place, prepare, valuesIn } from "./place-suite.ts";
import { restoreBackup } from "./restore.ts";

let place: Place;
beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

describe("a restore", () => {
  const restore = (replace: boolean, store = "duckdb") =>
    restoreBackup({ file: place.file, dataDir: place.dataDir, store, replace, nowMs });

  beforeEach(async () => {
    await prepare(place.dataDir);
    const { url } = await place.start();
    await deliver(url, 1);
    await fetchBackup(url, place.file);
    await deliver(url, 2);
  });

  it("refuses a folder that is not empty, unless what is there may be moved aside", async () => {
    await place.stop();
    await expect(restore(false)).rejects.toMatchObject({ code: "RESTORE_NOT_EMPTY" });
    const { movedTo = "" } = await restore(true);
    await expect(valuesIn(place.dataDir)).resolves.toEqual([0, 1]);
    await expect(valuesIn(movedTo)).resolves.toEqual([0, 1, 2]);
  });

  it("refuses while another process uses the folder", async () => {
    await place.stop();
    const program = `
      const { DuckDBInstance } = await import("@duckdb/node-api");
      await DuckDBInstance.create(process.argv[1]);
      console.log("held");
      setInterval(() => {}, 1000);`;
    const holder = spawn(
      process.execPath,
      ["--input-type=module", "-e", program, join(place.dataDir, "state.duckdb")],
      {
        cwd: fileURLToPath(new URL("../../", import.meta.url)),
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    try {
      await once(holder.stdout, "data");
      await expect(restore(true)).rejects.toMatchObject({ code: "RESTORE_RUNNING" });
      expect((await readdir(place.dataDir)).filter((name) => name.startsWith("before"))).toEqual([]);
    } finally {
      const ended = once(holder, "exit");
      holder.kill("SIGKILL");
      await ended;
    }
  });

  it("refuses a damaged backup, and one of another kind of store, before it touches anything", async () => {
    await place.stop();
    const before = await readdir(place.dataDir);
    await expect(restore(true, "influx")).rejects.toMatchObject({ code: "RESTORE_STORE" });
    const bytes = await readFile(place.file);
    const whole = Buffer.from(bytes);
    for (const at of [700, Math.floor(bytes.length / 2)]) {
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      await writeFile(place.file, bytes);
      await expect(restore(true)).rejects.toMatchObject({ code: "BACKUP_DAMAGED" });
      whole.copy(bytes);
    }
    await writeFile(place.file, whole.subarray(0, whole.length - 3000));
    await expect(restore(true)).rejects.toMatchObject({ code: "BACKUP_TAR" });
    await expect(readdir(place.dataDir)).resolves.toEqual(before);
    await expect(valuesIn(place.dataDir)).resolves.toEqual([0, 1, 2]);
  });
});
