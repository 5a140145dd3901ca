import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DeclaringScope } from "../../contract/declared.ts";
import { openState } from "../state/state.ts";
import { COUNTY, type Kept, NO_FILE, NOW_MS, openKept, PDF, rateOf, SCHOOL, TODAY, upload } from "./declared-suite.ts";

const SHA = createHash("sha256").update(PDF).digest("hex");
const scopeKindOf = (scope: string): DeclaringScope => (scope === SCHOOL ? "school" : "region");

let folder: string;
let kept: Kept;
let nowMs: number;
let logged: string;
const stream = {
  write: (line: string) => {
    logged += line;
  },
};
const log = pino({ level: "info" }, stream);
const reopen = async () => {
  await kept.close();
  kept = await openKept(folder, () => nowMs, log);
};
const fileOf = (sha256: string) => join(folder, "attachments", sha256);
const idsInForce = (scope = SCHOOL, day = TODAY) => kept.declared.inForce(scope, day).holding.map(({ id }) => id);
const enter = (rest = {}) => kept.declared.enter(rateOf(SHA, rest), scopeKindOf);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "declared-"));
  nowMs = NOW_MS;
  logged = "";
  kept = await openKept(folder, () => nowMs, log);
  await upload(kept.attachments);
});
afterEach(async () => {
  await kept.close();
  await rm(folder, { recursive: true });
});

describe("what was declared", () => {
  it("is there again after a restart, as it was entered", async () => {
    const entry = await enter({
      author: " Zhang ",
      note: " by hand\n",
      attachments: [{ sha256: SHA, name: "roll.pdf" }],
    });
    expect(entry).toMatchObject({
      scope: SCHOOL,
      author: "Zhang",
      note: "by hand",
      validFrom: "2026-09-01",
      enteredAtMs: NOW_MS,
      attachments: [{ name: "roll.pdf", mediaType: "application/pdf", sha256: SHA, bytes: PDF.length }],
    });
    await reopen();
    expect(kept.declared.all()).toEqual([entry]);
    expect(idsInForce()).toEqual([entry.id]);
  });

  it("is refused with every problem and leaves nothing", async () => {
    const refused = kept.declared.enter(rateOf(NO_FILE, { numerator: 11 }), scopeKindOf);
    await expect(refused).rejects.toMatchObject({
      code: "DECLARED_INVALID",
      problems: [{ path: "attachments[0].sha256" }, { path: "numerator" }],
    });
    expect([kept.declared.all(), kept.declared.revision]).toEqual([[], 0]);
  });

  it("of one day, what was entered last is in force, also after a restart", async () => {
    await enter();
    const second = await enter({ numerator: 5 });
    expect(idsInForce()).toEqual([second.id]);
    await reopen();
    expect(idsInForce()).toEqual([second.id]);
  });

  it("expires after 400 days by itself", async () => {
    const { id } = await enter();
    const signed = TODAY - 6;
    expect(idsInForce(SCHOOL, signed + 400)).toEqual([id]);
    expect(kept.declared.inForce(SCHOOL, signed + 401)).toMatchObject({ holding: [], expired: [{ id }] });
  });
});

describe("a withdrawal", () => {
  it("keeps the entry with who and why, and the one before it is in force again", async () => {
    const first = await enter({ signedOn: "2026-08-01" });
    const second = await enter();
    const withdrawn = await kept.declared.withdraw(second.id, { author: " Li ", reason: "counted twice" });
    expect(withdrawn.withdrawn).toEqual({ atMs: NOW_MS, author: "Li", reason: "counted twice" });
    await reopen();
    expect(idsInForce()).toEqual([first.id]);
    expect(idsInForce(SCHOOL, TODAY - 1)).toEqual([second.id]);
    expect(kept.declared.entry(second.id)).toEqual(withdrawn);
  });

  it("happens once, and of what is there", async () => {
    const { id } = await enter();
    const twice = await Promise.allSettled([1, 2].map(() => kept.declared.withdraw(id, { author: "Li", reason: "x" })));
    expect(twice.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(twice[1]).toMatchObject({ reason: { code: "DECLARED_WITHDRAWN" } });
    const none = kept.declared.withdraw("nothing", { author: "Li", reason: "x" });
    await expect(none).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("an entry whose file is gone", () => {
  it.each([
    { case: "altered", change: () => writeFile(fileOf(SHA), "other") },
    { case: "missing", change: () => rm(fileOf(SHA)) },
  ])("does not count when the file is $case, is logged, and counts again when the same bytes are back", async (row) => {
    const { id } = await enter();
    await row.change();
    await kept.declared.checkAttachments();
    expect(kept.declared.standings(SCHOOL, TODAY)).toMatchObject([{ state: "no_attachment" }]);
    expect(JSON.parse(logged)).toMatchObject({ level: 40, sha256: SHA, state: row.case, entries: [id] });
    await kept.declared.checkAttachments(); // nothing new: neither logged nor counted as a change
    await reopen();
    expect(kept.declared.revision).toBe(2);
    expect(idsInForce()).toEqual([]);
    expect(logged.trim().split("\n")).toHaveLength(1);
    await upload(kept.attachments);
    await kept.declared.checkAttachments();
    expect(idsInForce()).toEqual([id]);
    expect(kept.declared.revision).toBe(3);
  });

  it("is found out when the collector starts", async () => {
    await enter();
    await rm(fileOf(SHA));
    await reopen();
    expect(idsInForce()).toEqual([]);
  });

  it("cannot be entered, and counts once a later entry brought the file back", async () => {
    const { id } = await enter();
    await rm(fileOf(SHA));
    await expect(enter()).rejects.toMatchObject({ code: "DECLARED_INVALID" });
    await kept.declared.checkAttachments();
    expect(idsInForce()).toEqual([]);
    await upload(kept.attachments);
    const other = await enter({ indicator: "STAFF_CERT_RATE" });
    expect(idsInForce()).toEqual([id, other.id]);
  });
});

describe("the revision", () => {
  it("grows with every change of what can be in force, and says whose", async () => {
    const { id } = await enter();
    await enter({ scope: COUNTY });
    expect([kept.declared.revision, kept.declared.revisionOf(SCHOOL), kept.declared.revisionOf(COUNTY)]).toEqual([
      2, 1, 2,
    ]);
    await kept.declared.withdraw(id, { author: "Li", reason: "x" });
    await expect(enter({ numerator: 11 })).rejects.toThrow();
    await reopen();
    const { declared } = kept;
    expect([declared.revision, declared.revisionOf(SCHOOL), declared.revisionOf(COUNTY)]).toEqual([3, 3, 2]);
    expect(declared.revisionOf("330100")).toBe(0);
  });

  it("has no number twice when many enter at once", async () => {
    await Promise.all(Array.from({ length: 20 }, (_, i) => enter({ denominator: 100 + i })));
    expect(kept.declared.revision).toBe(20);
    await reopen();
    expect(kept.declared.all()).toHaveLength(20);
  });
});

describe("a state that this program did not write", () => {
  it.each([
    { case: "no JSON", kind: "entered", body: "{" },
    { case: "another shape", kind: "entered", body: "{}" },
  ])("is not guessed at: $case", async ({ kind, body }) => {
    await kept.close();
    const state = await openState(join(folder, "state.duckdb"));
    await state.run("INSERT INTO declared_change VALUES (1, $1, 'x', 0, $2)", [kind, body]);
    await state.close();
    await expect(openKept(folder)).rejects.toMatchObject({ code: "STATE_UNAVAILABLE" });
    await rm(join(folder, "state.duckdb"));
    kept = await openKept(folder);
  });
});

describe("a collector that is killed", () => {
  it("between upload and entry, or in either, has everything that it promised, and whole files only", {
    timeout: 120_000,
  }, async () => {
    await kept.close();
    await rm(folder, { recursive: true });
    const promised = { stored: [] as string[], entered: [] as string[] };
    for (const afterLines of [1, 4, 7]) await declareUntil(afterLines, promised);
    kept = await openKept(folder);
    for (const sha256 of promised.stored) {
      expect([kept.attachments.find(sha256)?.sha256, await kept.attachments.check(sha256)]).toEqual([sha256, "there"]);
    }
    const known = new Set(kept.declared.all().map(({ id }) => id));
    expect(promised.entered.filter((id) => !known.has(id))).toEqual([]);
    expect(idsInForce()).toHaveLength(promised.entered.length === 0 ? 0 : 1);
    const names = await readdir(join(folder, "attachments"));
    for (const name of names) {
      expect(
        createHash("sha256")
          .update(await readFile(fileOf(name)))
          .digest("hex"),
      ).toBe(name);
    }
    expect(names.length).toBeGreaterThanOrEqual(promised.stored.length);
  });
});

/** Kills the process once it has said so many lines; what it said until it was dead is what it promised. */
async function declareUntil(lines: number, promised: { stored: string[]; entered: string[] }): Promise<void> {
  const at = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const args = ["--import", at("../../register.js"), at("./declared-suite.ts"), folder];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let said = 0;
  if (child.stdout === null) throw new TypeError("the child has no output");
  for await (const line of createInterface(child.stdout)) {
    const [word, id = ""] = line.split(" ");
    if (word === "stored") promised.stored.push(id);
    if (word === "entered") promised.entered.push(id);
    said += 1;
    if (said === lines) child.kill("SIGKILL");
  }
}
