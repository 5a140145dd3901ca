import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { NewObjection } from "../../contract/objections.ts";
import { type Attachments, openAttachments } from "../declared/attachments.ts";
import { NO_FILE, NOW_MS, SCHOOL, upload } from "../declared/declared-suite.ts";
import { openState, type State } from "../state/state.ts";
import { type Objections, openObjections } from "./objections.ts";

const OBJECTED = {
  isScope: (scope: string) => scope === SCHOOL,
  isIndicator: (id: string) => id === "WIFI_COVER",
  isTarget: (id: string) => id === "A05",
  schoolOfVenue: (id: string) => ({ v1: SCHOOL, w1: "2133000002" })[id],
};
const objection = (rest: Partial<NewObjection> = {}): NewObjection => ({
  scope: SCHOOL,
  indicator: "WIFI_COVER",
  asOf: "2026-09-01",
  revision: 3,
  who: "Wang",
  text: "two rooms were closed",
  ...rest,
});
/** To something else than an indicator. */
function to(rest: Partial<NewObjection>): NewObjection {
  const { indicator: _indicator, ...base } = objection();
  return { ...base, ...rest };
}

let folder: string;
let state: State;
let attachments: Attachments;
let objections: Objections;
let nowMs: number;
const open = () => openObjections({ state, attachments, nowMs: () => nowMs });
const raise = (wish = objection()) => objections.raise(wish, OBJECTED);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "objections-"));
  state = await openState(join(folder, "state.duckdb"));
  attachments = await openAttachments(state, folder);
  nowMs = NOW_MS;
  objections = await open();
});
afterEach(async () => {
  await state.close();
  await rm(folder, { recursive: true });
});

describe("an objection", () => {
  it("is kept with its files, is open, and is there again after a restart", async () => {
    const { sha256 } = await upload(attachments);
    const raised = await raise(objection({ attachments: [{ sha256, name: "photo.pdf" }] }));
    expect(raised).toMatchObject({ scope: SCHOOL, indicator: "WIFI_COVER", revision: 3, atMs: NOW_MS });
    expect(raised.attachments).toMatchObject([{ sha256, name: "photo.pdf", mediaType: "application/pdf" }]);
    objections = await open();
    expect(objections.all()).toEqual([raised]);
    expect(objections.openObjections(SCHOOL)).toEqual([raised]);
    expect(objections.openObjections("330106")).toEqual([]);
  });

  it.each(["upheld", "rejected", "withdrawn"] as const)("is ended by an answer: %s", async (outcome) => {
    const { id } = await raise();
    const other = await raise();
    nowMs += 1_000;
    const answered = await objections.answer(id, { author: " Li ", text: "looked at it", outcome });
    expect(answered.answer).toEqual({ author: "Li", text: "looked at it", outcome, atMs: NOW_MS + 1_000 });
    objections = await open();
    expect(objections.openObjections(SCHOOL)).toEqual([other]);
    expect(objections.all()).toEqual([answered, other]);
  });

  it("is answered once, and only where there is one", async () => {
    const { id } = await raise();
    const answer = { author: "Li", text: "no", outcome: "rejected" } as const;
    const twice = await Promise.allSettled([objections.answer(id, answer), objections.answer(id, answer)]);
    expect(twice.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(twice[1]).toMatchObject({ reason: { code: "OBJECTION_CLOSED" } });
    await expect(objections.answer("none", answer)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it.each<{ case: string; it: NewObjection }>([
    { case: "an indicator", it: objection() },
    { case: "a venue of the school", it: to({ venue: "v1" }) },
    { case: "a policy target", it: to({ target: "A05" }) },
    { case: "a figure of today", it: objection({ asOf: "2026-09-07" }) },
  ])("can be to $case", async ({ it: wish }) => {
    await expect(raise(wish)).resolves.toMatchObject({ who: "Wang" });
  });

  it.each<{ case: string; it: NewObjection; paths: string[] }>([
    { case: "an unknown scope", it: objection({ scope: "9" }), paths: ["scope"] },
    { case: "nothing", it: to({}), paths: ["indicator"] },
    { case: "two things", it: objection({ target: "A05" }), paths: ["target"] },
    { case: "an unknown indicator", it: objection({ indicator: "LUCK" }), paths: ["indicator"] },
    { case: "an unknown target", it: to({ target: "Z99" }), paths: ["target"] },
    { case: "an unknown venue", it: to({ venue: "v9" }), paths: ["venue"] },
    { case: "another school's venue", it: to({ venue: "w1" }), paths: ["venue"] },
    { case: "a figure of tomorrow", it: objection({ asOf: "2026-09-08" }), paths: ["asOf"] },
    { case: "a day that does not exist", it: objection({ asOf: "2026-02-30" }), paths: ["asOf"] },
    {
      case: "several things that are wrong",
      it: objection({ scope: "9", asOf: "2026-09-08", attachments: [{ sha256: NO_FILE }] }),
      paths: ["scope", "asOf", "attachments[0].sha256"],
    },
  ])("is refused when it is to $case, and leaves nothing", async ({ it: wish, paths }) => {
    const problems = paths.map((path) => ({ path }));
    await expect(raise(wish)).rejects.toMatchObject({ code: "OBJECTION_INVALID", problems });
    expect(objections.all()).toEqual([]);
  });
});
