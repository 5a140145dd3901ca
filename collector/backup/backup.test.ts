// Backup of a running collector, and what is in it.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { filesWith, SCHOOL } from "../inventory/files-suite.ts";
import { saveInventory } from "../inventory/folder-suite.ts";
import { fetchBackup } from "./fetch.ts";
import { deliver, nowMs, Place, prepare, valuesIn } from "./place-suite.ts";
import { restoreBackup } from "./restore.ts";

let place: Place;
beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.remove());

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

describe("a backup of a running collector", () => {
  it("has everything acknowledged before it began, and what is sent again counts once", {
    timeout: 60_000,
  }, async () => {
    await prepare(place.dataDir);
    const { url } = await place.start();
    for (const n of upTo(20)) await deliver(url, n);
    let last = 20;
    let ended = false;
    const making = fetchBackup(url, place.file).finally(() => {
      ended = true;
    });
    while (!ended) await deliver(url, ++last);
    const manifest = await making;
    expect(manifest.parts.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["state.duckdb", "inventory/00000001/version.json", "campanile.duckdb"]),
    );
    expect(manifest.parts.filter(({ name }) => name.endsWith(".parquet"))).toHaveLength(1);
    expect(manifest.counts.batches).toBeGreaterThanOrEqual(21);
    await place.stop();
    expect((await readdir(place.dataDir)).filter((name) => name.startsWith("backup"))).toEqual([]);

    const elsewhere = join(place.folder, "elsewhere");
    const restored = await restoreBackup({
      file: place.file,
      dataDir: elsewhere,
      store: "duckdb",
      replace: false,
      nowMs,
    });
    expect(restored).toEqual({ manifest });
    const [zero, ...there] = await valuesIn(elsewhere);
    expect(zero).toBe(0); // the finished day
    expect(there.length).toBeGreaterThanOrEqual(20);
    expect(there).toEqual(upTo(there.length));

    const again = await place.start(elsewhere);
    for (const n of upTo(last)) {
      const { stored, repeated } = await deliver(again.url, n);
      expect([n, stored, repeated]).toEqual(n <= there.length ? [n, 0, 1] : [n, 1, 0]);
    }
    const schools = await fetch(`${again.url}/v1/schools`);
    expect(await schools.text()).toContain(SCHOOL);
    await place.stop();
    await expect(valuesIn(elsewhere)).resolves.toEqual([0, ...upTo(last)]);
  });

  it("is a tar archive for everybody, with the checksums of its files, and for its owner only", async () => {
    await prepare(place.dataDir);
    const manifest = await fetchBackup((await place.start()).url, place.file);
    expect((await stat(place.file)).mode & 0o777).toBe(0o600);
    const out = join(place.folder, "out");
    await mkdir(out);
    execFileSync("tar", ["-xf", place.file, "-C", out]);
    for (const { name, bytes, sha256 } of manifest.parts) {
      const content = await readFile(join(out, name));
      expect([content.length, createHash("sha256").update(content).digest("hex")]).toEqual([bytes, sha256]);
    }
    expect(JSON.parse(await readFile(join(out, "manifest.json"), "utf8"))).toEqual(manifest);
  });

  it("does not write over a place.file, and leaves none that is not whole", async () => {
    await writeFile(place.file, "an older one");
    const { url } = await place.start();
    await expect(fetchBackup(url, place.file)).rejects.toMatchObject({ code: "BACKUP_EXISTS" });
    await expect(readFile(place.file, "utf8")).resolves.toBe("an older one");

    const cut = createServer((_, response) => {
      response.write(Buffer.alloc(2048, 1));
      setImmediate(() => response.destroy());
    });
    await new Promise<void>((resolve) => cut.listen(0, "127.0.0.1", resolve));
    const address = cut.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const other = join(place.folder, "other.tar");
    await expect(fetchBackup(`http://127.0.0.1:${port}`, other)).rejects.toMatchObject({
      code: "COLLECTOR_UNREACHABLE",
    });
    cut.close();
    expect(await readdir(place.folder)).not.toContain("other.tar");
    expect(await readdir(place.folder)).not.toContain("other.tar.part");
  });

  it("of another store holds an embedded one, with all that was acknowledged before", async () => {
    await saveInventory(join(place.dataDir, "inventory"), filesWith({}));
    const { url } = await place.start(place.dataDir, { kind: "memory" });
    for (const n of upTo(20)) await deliver(url, n);
    let last = 20;
    let ended = false;
    const making = fetchBackup(url, place.file).finally(() => {
      ended = true;
    });
    while (!ended) await deliver(url, ++last);
    const manifest = await making;
    expect(manifest.store).toBe("duckdb");
    await place.stop();
    const elsewhere = join(place.folder, "elsewhere");
    const back = { file: place.file, dataDir: elsewhere, replace: false, nowMs };
    await expect(restoreBackup({ ...back, store: "influx" })).rejects.toMatchObject({ code: "RESTORE_STORE" });
    await restoreBackup({ ...back, store: "duckdb" });
    expect((await valuesIn(elsewhere)).slice(0, 20)).toEqual(upTo(20));
    // What came while it was made may be in it or not, with its name or not: the agent sends it again, and it is there once.
    const again = await place.start(elsewhere);
    for (const n of upTo(last)) {
      const { stored, repeated } = await deliver(again.url, n);
      expect(stored + repeated).toBe(1);
      if (n <= 20) expect([n, stored]).toEqual([n, 0]);
    }
    await place.stop();
    await expect(valuesIn(elsewhere)).resolves.toEqual(upTo(last));
  });

  it("can be made only from the collector's own machine", async () => {
    const { url } = await place.start();
    const answer = await fetch(`${url}/v1/backup`, { method: "POST", headers: { "x-forwarded-for": "10.0.0.9" } });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: "FORBIDDEN" });
  });
});
