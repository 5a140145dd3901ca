import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FILES, filesWith } from "../files-suite.ts";
import { Archive } from "./archive.ts";

const NOW_MS = Date.parse("2026-09-07T09:00:00+08:00");
const HEAD = { validFrom: "2026-09-07", author: "区教育局", note: "新学期" };

let root: string;
let dir: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "campanile-archive-"));
  dir = join(root, "data", "inventory");
});
afterEach(() => rm(root, { recursive: true }));

const open = () => Archive.open(dir, NOW_MS);
const texts = (agents: string) => new Map([["agents.csv", agents]]);
const newest = async () => {
  const archive = await open();
  const version = archive.versions.at(-1);
  return version && archive.texts(version);
};

describe("the archive of versions", () => {
  it("is empty, and makes nothing, before the first is recorded", async () => {
    expect((await open()).versions).toEqual([]);
    await expect(readdir(dir)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("keeps every version with what was said of it, over a restart", async () => {
    const first = await (await open()).record(filesWith({}), HEAD, NOW_MS);
    const second = await (await open()).record(texts("2"), { validFrom: "2026-01-01" }, NOW_MS + 1_000);
    const { versions } = await open();
    expect(versions).toEqual([first, second]);
    expect(first).toMatchObject({ number: 1, recordedAtMs: NOW_MS, ...HEAD });
    expect(second).not.toHaveProperty("author");
    const archive = await open();
    await expect(archive.texts(first)).resolves.toEqual(filesWith({}));
    await expect(archive.texts(second)).resolves.toEqual(texts("2"));
  });

  it("keeps what several versions have once", async () => {
    const archive = await open();
    await archive.record(filesWith({}), HEAD, NOW_MS);
    const before = (await readdir(join(dir, "parts"))).length;
    expect(before).toBe(Object.keys(FILES).length);
    await archive.record(filesWith({ "agents.csv": "id,school,name\n" }), HEAD, NOW_MS);
    expect(await readdir(join(dir, "parts"))).toHaveLength(before + 1);
    expect(await readdir(join(dir, "texts"))).toHaveLength(before + 1);
  });

  it("keeps of a large file only what an edit has changed", async () => {
    const lines = Array.from({ length: 60_000 }, (_, i) => `device-${i},2133000001,ap,Access point ${i * 7919}\n`);
    const archive = await open();
    await archive.record(texts(lines.join("")), HEAD, NOW_MS);
    const before = (await readdir(join(dir, "parts"))).length;
    await archive.record(texts(lines.map((line, i) => (i === 30_000 ? "other\n" : line)).join("")), HEAD, NOW_MS);
    const after = (await readdir(join(dir, "parts"))).length;
    expect(before).toBeGreaterThan(2);
    expect(after - before).toBeLessThanOrEqual(2);
  });

  it("gives versions that are recorded at the same time different numbers", async () => {
    const archive = await open();
    const recorded = await Promise.all(["a", "b", "c", "d"].map((text) => archive.record(texts(text), HEAD, NOW_MS)));
    expect(recorded.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
    const again = await open();
    for (const [i, version] of recorded.entries())
      await expect(again.texts(version)).resolves.toEqual(texts("abcd".charAt(i)));
  });

  it("holds texts that anybody can read without it", async () => {
    const { files } = await (await open()).record(texts("学校\n"), HEAD, NOW_MS);
    const list = await readFile(join(dir, "texts", files?.get("agents.csv")?.sha256 ?? ""), "utf8");
    const part = await readFile(join(dir, "parts", `${list.trim()}.gz`));
    expect(gunzipSync(part).toString("utf8")).toBe("学校\n");
  });

  it("names the files that it consists of, for a backup, which is an archive again", async () => {
    const archive = await open();
    await archive.record(filesWith({}), HEAD, NOW_MS);
    await archive.record(texts("2"), HEAD, NOW_MS);
    await writeFile(join(dir, "parts", "writing-x"), "left over");
    const copy = join(root, "copy");
    for (const { name, path } of await archive.files()) {
      await mkdir(join(copy, name, ".."), { recursive: true });
      await writeFile(join(copy, name), await readFile(path), { flag: "wx" });
    }
    const restored = await Archive.open(copy, NOW_MS);
    expect(restored.versions).toEqual(archive.versions);
    for (const version of restored.versions)
      await expect(restored.texts(version)).resolves.toEqual(await archive.texts(version));
    expect(await readdir(join(copy, "parts"))).not.toContain("writing-x");
  });
});

describe("an archive that was cut off while a version was written", () => {
  it.each([
    { what: "in its parts", left: ["parts", "writing-abc.gz"] },
    { what: "in its list of parts", left: ["texts", "writing-abc"] },
    { what: "in its folder", left: ["writing-00000002", "version.json"] },
  ])("$what has the version before, and the next record clears it away", async ({ left }) => {
    await (await open()).record(texts("whole"), HEAD, NOW_MS);
    const path = join(dir, ...left);
    await mkdir(join(path, ".."), { recursive: true });
    await writeFile(path, "ha");
    expect((await open()).versions).toHaveLength(1);
    await expect(newest()).resolves.toEqual(texts("whole"));
    const { number } = await (await open()).record(texts("next"), HEAD, NOW_MS);
    expect(number).toBe(2);
    await expect(newest()).resolves.toEqual(texts("next"));
    for (const folder of [dir, join(dir, "parts"), join(dir, "texts")])
      expect((await readdir(folder)).filter((name) => name.startsWith("writing-"))).toEqual([]);
  });

  it("after its parts, but before its version, has them only once when it is recorded again", async () => {
    await (await open()).record(texts("whole"), HEAD, NOW_MS);
    await rm(join(dir, "00000001"), { recursive: true });
    expect((await open()).versions).toEqual([]);
    await (await open()).record(texts("whole"), HEAD, NOW_MS);
    expect(await readdir(join(dir, "parts"))).toHaveLength(1);
    await expect(newest()).resolves.toEqual(texts("whole"));
  });
});

describe("a version of an older program", () => {
  const lay = async (name: string, at: string) => {
    const folder = join(dir, name);
    await mkdir(folder, { recursive: true });
    for (const [file, text] of filesWith({})) await writeFile(join(folder, file), text);
    await utimes(folder, new Date(at), new Date(at));
  };

  it("has its texts, and holds from the day of its files", async () => {
    await lay("00000007", "2026-08-31T18:00:00+08:00");
    const [version] = (await open()).versions;
    expect(version).toMatchObject({ number: 7, validFrom: "2026-08-31" });
    await expect(newest()).resolves.toEqual(filesWith({}));
  });

  it("holds from today when its files are younger than the clock says: it was in force", async () => {
    await lay("00000007", "2026-11-22T18:00:00+08:00");
    expect((await open()).versions[0]).toMatchObject({ validFrom: "2026-09-07" });
  });

  it("is followed by the next number, and stays as it is", async () => {
    await lay("00000006", "2026-08-01T18:00:00+08:00");
    await lay("00000007", "2026-08-31T18:00:00+08:00");
    const { number } = await (await open()).record(texts("new"), HEAD, NOW_MS);
    expect(number).toBe(8);
    const archive = await open();
    expect(archive.versions.map((version) => version.number)).toEqual([6, 7, 8]);
    const [, old] = archive.versions;
    await expect(old && archive.texts(old)).resolves.toEqual(filesWith({}));
  });
});

describe("an archive that somebody has damaged", () => {
  it.each([
    { what: "is no JSON", text: "{", says: /00000001.version\.json.*\n.*is no JSON/ },
    { what: "has another shape", text: "{}", says: /version\.json/ },
    {
      what: "names no day",
      text: JSON.stringify({ format: 1, recordedAt: "2026-09-07T01:00:00Z", validFrom: "2026-02-30", files: {} }),
      says: /validFrom: is no date/,
    },
    {
      what: "names no instant",
      text: JSON.stringify({ format: 1, recordedAt: "yesterday", validFrom: "2026-02-03", files: {} }),
      says: /recordedAt: is no instant/,
    },
    {
      what: "leads out of its folder",
      text: JSON.stringify({
        format: 1,
        recordedAt: "2026-09-07T01:00:00Z",
        validFrom: "2026-02-03",
        files: { "schools.csv": { sha256: "../../../etc/passwd", bytes: 1 } },
      }),
      says: /sha256/,
    },
  ])("does not open when a version.json $what", async ({ text, says }) => {
    await (await open()).record(texts("x"), HEAD, NOW_MS);
    await writeFile(join(dir, "00000001", "version.json"), text);
    await expect(open()).rejects.toMatchObject({ code: "CONFIG_INVALID", message: expect.stringMatching(says) });
  });

  it("does not give out a text that is another one", async () => {
    const archive = await open();
    const version = await archive.record(texts("right"), HEAD, NOW_MS);
    const other = await archive.record(texts("wrong"), HEAD, NOW_MS);
    const [right, wrong] = [version, other].map(({ files }) => files?.get("agents.csv")?.sha256 ?? "");
    await writeFile(join(dir, "texts", right ?? ""), await readFile(join(dir, "texts", wrong ?? "")));
    await expect(archive.texts(version)).rejects.toMatchObject({ code: "INVENTORY_DAMAGED" });
    await rm(join(dir, "texts", right ?? ""));
    await expect(archive.texts(version)).rejects.toMatchObject({ code: "INVENTORY_FOLDER" });
  });

  it("does not unpack more than a part can hold", async () => {
    const archive = await open();
    const version = await archive.record(texts("right"), HEAD, NOW_MS);
    const [part] = await readdir(join(dir, "parts"));
    await writeFile(join(dir, "parts", part ?? ""), gzipSync(Buffer.alloc(4 * 1024 * 1024)));
    await expect(archive.texts(version)).rejects.toMatchObject({ code: "INVENTORY_FOLDER" });
  });
});
