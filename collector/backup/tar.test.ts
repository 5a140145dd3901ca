import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readTar, type TarFile, writeTar } from "./tar.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "campanile-tar-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function* chunks(...parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

async function* filesOf(contents: Record<string, Buffer>): AsyncGenerator<TarFile> {
  for (const [name, bytes] of Object.entries(contents)) {
    yield { name, bytes: bytes.length, modifiedAtMs: 1_772_409_600_000, content: chunks(bytes) };
  }
}

async function archived(files: AsyncIterable<TarFile>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of writeTar(files)) parts.push(part);
  return Buffer.concat(parts);
}

/** @param size of the pieces it comes in */
async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function unpacked(source: AsyncIterable<Uint8Array>): Promise<Record<string, Buffer>> {
  const found: Record<string, Buffer> = {};
  for await (const { name, content } of readTar(source)) {
    const parts: Uint8Array[] = [];
    for await (const part of content) parts.push(part);
    found[name] = Buffer.concat(parts);
  }
  return found;
}

const long = `${"folder/".repeat(20)}${"n".repeat(90)}.parquet`;
const CONTENTS = {
  empty: Buffer.alloc(0),
  "a folder/it's 名字.csv": Buffer.from("学校,房间\n"),
  exactly: Buffer.alloc(512, 7),
  "one-more": Buffer.alloc(513, 8),
  [long]: Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 251)),
};

describe("a tar archive", () => {
  it.each([1, 100, 512, 65_536])("comes back as it was written, in pieces of %d bytes", async (size) => {
    const small = size === 1 ? { ...CONTENTS, [long]: Buffer.from("x") } : CONTENTS;
    const bytes = await archived(filesOf(small));
    expect(bytes.length % 512).toBe(0);
    await expect(unpacked(inPieces(bytes, size))).resolves.toEqual(small);
  });

  it("is read by GNU tar, and one that GNU tar wrote is read", async () => {
    const path = join(folder, "ours.tar");
    await writeFile(path, await archived(filesOf(CONTENTS)));
    const out = join(folder, "out");
    await mkdir(out);
    execFileSync("tar", ["-xf", path, "-C", out]);
    for (const [name, bytes] of Object.entries(CONTENTS)) {
      expect((await readFile(join(out, name))).equals(bytes)).toBe(true);
    }
    const theirs = join(folder, "theirs.tar");
    execFileSync("tar", ["--format=ustar", "-cf", theirs, "-C", out, ...Object.keys(CONTENTS)]);
    await expect(unpacked(inPieces(await readFile(theirs), 4096))).resolves.toEqual(CONTENTS);
  });

  it("tells sizes beyond eight gigabytes in its header", async () => {
    const bytes = 9 * 1024 ** 3;
    async function* huge(): AsyncGenerator<TarFile> {
      yield { name: "huge", bytes, modifiedAtMs: 0, content: chunks() };
    }
    const header = await writeTar(huge()).next();
    const listing = readTar(chunks(header.value ?? new Uint8Array()));
    await expect(listing.next()).resolves.toMatchObject({ value: { name: "huge", bytes } });
    await expect(archived(huge())).rejects.toMatchObject({ code: "BACKUP_TAR" }); // it has not that many
  });

  it("that is cut off or damaged is refused", async () => {
    const bytes = await archived(filesOf(CONTENTS));
    const refused = { code: "BACKUP_TAR" };
    for (const length of [0, 511, 512, 2000, bytes.length - 1024, bytes.length - 600]) {
      await expect(unpacked(inPieces(bytes.subarray(0, length), 700))).rejects.toMatchObject(refused);
    }
    const flipped = Buffer.from(bytes);
    flipped[3] = 0x41;
    await expect(unpacked(inPieces(flipped, 700))).rejects.toMatchObject(refused);
    await expect(unpacked(inPieces(Buffer.from("not tar at all ".repeat(100)), 700))).rejects.toMatchObject(refused);
    await expect(archived(filesOf({ ["n".repeat(101)]: Buffer.alloc(1) }))).rejects.toMatchObject(refused);
  });
});
