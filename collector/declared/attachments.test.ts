import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MAX_ATTACHMENT_BYTES } from "../../contract/declared.ts";
import { openState, type State } from "../state/state.ts";
import { type Attachments, openAttachments, storedAttachments } from "./attachments.ts";
import { NO_FILE, NOW_MS, once, PDF, PDF_TYPE, upload } from "./declared-suite.ts";

const sha256Of = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const SHA = sha256Of(PDF);

let folder: string;
let state: State;
let attachments: Attachments;
const fileOf = (sha256: string) => join(folder, "attachments", sha256);
const dir = () => join(folder, "attachments");
const inFolder = () => readdir(dir());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "attachments-"));
  state = await openState(join(folder, "state.duckdb"));
  attachments = await openAttachments(state, folder);
});
afterEach(async () => {
  await state.close();
  await rm(folder, { recursive: true });
});

describe("an attachment", () => {
  it("makes its folder with the first of them", async () => {
    await expect(inFolder()).rejects.toMatchObject({ code: "ENOENT" });
    await upload(attachments);
    expect((await stat(dir())).mode & 0o777).toBe(0o700);
  });

  it("is kept under its hash, for the collector's user only, and is there again after a restart", async () => {
    const want = { name: "list.pdf", mediaType: PDF_TYPE, sha256: SHA, bytes: PDF.length };
    await expect(upload(attachments)).resolves.toEqual(want);
    expect(await readFile(fileOf(SHA))).toEqual(PDF);
    expect((await stat(fileOf(SHA))).mode & 0o777).toBe(0o600);
    expect(await inFolder()).toEqual([SHA]);
    const again = await openAttachments(state, folder);
    expect(again.find(SHA)).toEqual(want);
    await expect(again.read(SHA)).resolves.toEqual({ attachment: want, content: PDF });
  });

  it("is stored once, under whatever names it comes", async () => {
    const [one, two] = await Promise.all([upload(attachments), upload(attachments, PDF, "copy.pdf")]);
    expect([one.sha256, two.sha256, two.name]).toEqual([SHA, SHA, "copy.pdf"]);
    expect(await inFolder()).toEqual([SHA]);
  });

  it.each([
    { case: "nothing", bytes: Buffer.alloc(0), code: "ATTACHMENT_EMPTY" },
    { case: "a page that says it is a PDF", bytes: Buffer.from("<script>alert(1)</script>"), code: "ATTACHMENT_TYPE" },
    {
      case: "a byte too many",
      bytes: Buffer.concat([PDF, Buffer.alloc(MAX_ATTACHMENT_BYTES + 1 - PDF.length)]),
      code: "ATTACHMENT_TOO_LARGE",
    },
  ])("is refused and leaves nothing: $case", async ({ bytes, code }) => {
    await expect(upload(attachments, bytes)).rejects.toMatchObject({ code, retryable: false });
    expect(await inFolder()).toEqual([]);
  });

  it("may be as large as the limit", async () => {
    const largest = Buffer.concat([PDF, Buffer.alloc(MAX_ATTACHMENT_BYTES - PDF.length)]);
    await expect(upload(attachments, largest)).resolves.toMatchObject({ bytes: MAX_ATTACHMENT_BYTES });
  });

  it("that breaks off on the way leaves nothing", async () => {
    async function* broken() {
      yield PDF;
      throw new Error("connection lost");
    }
    const storing = attachments.store({ name: "x.pdf", mediaType: PDF_TYPE, content: broken(), atMs: NOW_MS });
    await expect(storing).rejects.toMatchObject({ code: "ATTACHMENT_NOT_STORED", retryable: true });
    expect(await inFolder()).toEqual([]);
  });
});

describe("whether a file is still what was uploaded", () => {
  beforeEach(() => upload(attachments));

  it.each([
    {
      case: "other bytes of the same length",
      change: () => writeFile(fileOf(SHA), Buffer.alloc(PDF.length, 7)),
      want: "altered",
    },
    { case: "a torn one", change: () => writeFile(fileOf(SHA), PDF.subarray(0, 9)), want: "altered" },
    { case: "none", change: () => rm(fileOf(SHA)), want: "missing" },
    {
      case: "a folder in its place",
      change: () => rm(fileOf(SHA)).then(() => mkdir(fileOf(SHA))),
      want: "unreadable",
    },
    { case: "another time only", change: () => utimes(fileOf(SHA), 1, 1), want: "there" },
  ])("$case: $want", async ({ change, want }) => {
    await expect(attachments.check(SHA)).resolves.toBe("there");
    await change();
    await expect(attachments.check(SHA)).resolves.toBe(want);
    await expect((await openAttachments(state, folder)).check(SHA)).resolves.toBe(want);
  });

  it("also when the times of what was put in its place are the old ones", async () => {
    await attachments.check(SHA);
    const { atime, mtime } = await stat(fileOf(SHA));
    await writeFile(fileOf(SHA), Buffer.alloc(PDF.length, 7));
    await utimes(fileOf(SHA), atime, mtime);
    await expect(attachments.check(SHA)).resolves.toBe("altered");
  });

  it("is never given out as what it was, and is put right by the next upload", async () => {
    await writeFile(fileOf(SHA), "something else");
    await expect(attachments.read(SHA)).rejects.toMatchObject({ code: "ATTACHMENT_ALTERED" });
    await upload(attachments);
    await expect(attachments.read(SHA)).resolves.toMatchObject({ content: PDF });
    await rm(fileOf(SHA));
    await expect(attachments.read(SHA)).rejects.toMatchObject({ code: "ATTACHMENT_MISSING" });
    await expect(attachments.read(NO_FILE)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("what a killed collector left", () => {
  it("half an upload is removed, and a whole one that the state does not know is found by the next", async () => {
    await mkdir(dir());
    await writeFile(join(dir(), ".incoming-1"), "half");
    await writeFile(fileOf(SHA), PDF);
    const again = await openAttachments(state, folder);
    expect(await inFolder()).toEqual([SHA]);
    expect(again.find(SHA)).toBeUndefined();
    await expect(upload(again)).resolves.toMatchObject({ sha256: SHA });
    expect(await inFolder()).toEqual([SHA]);
  });
});

describe("for a backup", () => {
  it("every whole file has its name within the data folder, and nothing else", async () => {
    await upload(attachments);
    await writeFile(join(folder, "attachments", ".incoming-1"), "half");
    await expect(storedAttachments(folder)).resolves.toEqual([{ name: `attachments/${SHA}`, path: fileOf(SHA) }]);
    await expect(storedAttachments(join(folder, "elsewhere"))).resolves.toEqual([]);
  });
});

describe("on a full disk", () => {
  it("an upload says so and can be tried again, what was stored stays, and it is over when there is room", async (context) => {
    const disk = await smallDisk();
    if (typeof disk === "string") return context.skip(disk);
    try {
      const onDisk = await openAttachments(state, disk.path);
      await upload(onDisk);
      const ballast = join(disk.path, "ballast");
      await writeFile(ballast, Buffer.alloc(900_000));
      const large = Buffer.concat([PDF, Buffer.alloc(400_000, 1)]);
      const refusal = { code: "ATTACHMENT_NOT_STORED", retryable: true, cause: { code: "ENOSPC" } };
      await expect(upload(onDisk, large)).rejects.toMatchObject(refusal);
      expect(await readdir(join(disk.path, "attachments"))).toEqual([SHA]);
      await expect(onDisk.check(SHA)).resolves.toBe("there");
      await rm(ballast);
      await expect(upload(onDisk, large)).resolves.toMatchObject({ sha256: sha256Of(large) });
      await expect(onDisk.check(sha256Of(large))).resolves.toBe("there");
    } finally {
      disk.unmount();
      await rm(disk.path, { recursive: true });
    }
  });
});

describe("types", () => {
  it.each([
    { type: "text/csv", bytes: Buffer.from("a,b\r\n名,值\r\n"), ok: true },
    { type: "text/csv", bytes: Buffer.from([0xc3, 0xfb, 0x2c, 0x61, 0x0a]), ok: true }, // GB 18030
    { type: "text/plain", bytes: Buffer.from([0x61, 0x00]), ok: false },
    { type: "image/png", bytes: Buffer.from("89504e470d0a1a0a00", "hex"), ok: true },
    { type: "image/png", bytes: Buffer.from("89504e47", "hex"), ok: false },
    { type: "image/jpeg", bytes: Buffer.from("ffd8ffe0", "hex"), ok: true },
    { type: "image/jpeg", bytes: PDF, ok: false },
    {
      type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      bytes: Buffer.from("PK\u0003\u0004..xl/workbook.xml"),
      ok: true,
    },
    {
      type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      bytes: Buffer.from("PK\u0003\u0004..word/document.xml"),
      ok: false,
    },
    {
      type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
      bytes: Buffer.from("PK\u0003\u0004..word/document.xml"),
      ok: true,
    },
  ] as const)("$type: $ok", async ({ type, bytes, ok }) => {
    const storing = attachments.store({ name: "x", mediaType: type, content: once(bytes), atMs: NOW_MS });
    if (ok) await expect(storing).resolves.toMatchObject({ mediaType: type });
    else await expect(storing).rejects.toMatchObject({ code: "ATTACHMENT_TYPE" });
  });
});

/** A file system of one megabyte, or why there can be none. */
async function smallDisk(): Promise<{ path: string; unmount(): void } | string> {
  if (process.getuid?.() !== 0) return "only root can mount a small disk";
  const path = await mkdtemp(join(tmpdir(), "attachments-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", path], { stdio: "pipe" });
  } catch {
    await rm(path, { recursive: true });
    return "mount is not allowed";
  }
  return { path, unmount: () => void execFileSync("umount", [path], { stdio: "pipe" }) };
}
