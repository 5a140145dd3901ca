import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ComparisonList, Declaration, DeclaredList, EntryView } from "../../contract/declared.ts";
import type { ComparedResult } from "../declared/compare.ts";
import { NOW_MS, PDF, rateOf, TODAY } from "../declared/declared-suite.ts";
import { filesWith, OTHER_SCHOOL, SCHOOL } from "../inventory/files-suite.ts";
import { readInventory } from "../inventory/read.ts";
import { loadRegions } from "../inventory/regions.ts";
import { scorecard } from "../score/card/card.ts";
import { Evidence } from "../score/evidence.ts";
import { because, indicator } from "../score/indicators/value.ts";
import { judgeSchool } from "../score/judge.ts";
import { openRoutes, type Routes } from "./declared-suite.ts";

const SHA = createHash("sha256").update(PDF).digest("hex");

let routes: Routes;
beforeEach(async () => {
  routes = await openRoutes();
  await routes.upload();
});
afterEach(() => routes.close());

/** An entry without the numbers of a rate. */
function flag(id: string, rest: Partial<Declaration> = {}): Declaration {
  const { numerator: _numerator, denominator: _denominator, ...base } = rateOf(SHA, { indicator: id, kind: "flag" });
  return { ...base, ...rest };
}
const declare = async (wish: Declaration): Promise<EntryView> =>
  (await routes.post("/v1/declared", wish)).body as EntryView; // the route's own schema
const list = async (query = ""): Promise<DeclaredList> =>
  (await routes.get(`/v1/declared${query}`)).body as DeclaredList; // the route's own schema

describe("POST /v1/declared", () => {
  it("answers with the entry and where it stands", async () => {
    await expect(routes.post("/v1/declared", rateOf(SHA, { note: "by hand" }))).resolves.toMatchObject({
      status: 200,
      body: {
        scope: SCHOOL,
        indicator: "CIO_RATE",
        numerator: 9,
        denominator: 10,
        validFrom: "2026-09-01",
        lastDay: "2027-10-06",
        state: "in_force",
        note: "by hand",
        enteredAt: "2026-09-07T12:00:00+08:00",
        attachments: [{ name: "list.pdf", sha256: SHA, bytes: PDF.length }],
      },
    });
  });

  it("tells every problem at once, with the path of each", async () => {
    const wish = rateOf("0".repeat(64), { scope: "9", numerator: 11, signedOn: "2027-01-01" });
    const answer = await routes.post("/v1/declared", wish);
    expect(answer).toMatchObject({ status: 400, body: { code: "DECLARED_INVALID" } });
    const { details } = answer.body as { details: { path: string }[] }; // RefusedError's problems
    expect(details.map(({ path }) => path)).toEqual(["scope", "signedOn", "attachments[0].sha256", "numerator"]);
    expect((await list()).entries).toEqual([]);
  });

  it.each([
    { case: "null for a number", wish: { ...rateOf(SHA), numerator: null } },
    { case: "a fraction", wish: rateOf(SHA, { numerator: 1.5 }) },
    { case: "a negative number", wish: rateOf(SHA, { numerator: -1 }) },
    { case: "a field that it does not know", wish: { ...rateOf(SHA), holds_: true } },
    { case: "an author of spaces", wish: rateOf(SHA, { author: "  " }) },
    { case: "no author", wish: { ...rateOf(SHA), author: undefined } },
    { case: "another writing of a day", wish: rateOf(SHA, { signedOn: "2026-9-1" }) },
    { case: "a withdrawal of its own", wish: { ...rateOf(SHA), withdrawn: { author: "x", reason: "y" } } },
  ])("refuses $case", async ({ wish }) => {
    expect((await routes.post("/v1/declared", wish)).status).toBe(400);
    expect((await list()).entries).toEqual([]);
  });

  it("is for the collector's own machine, as is withdrawing", async () => {
    const { id } = await declare(rateOf(SHA));
    const away = { remoteAddress: "192.0.2.7" };
    const proxied = { headers: { "x-forwarded-for": "192.0.2.7" } };
    for (const from of [away, proxied]) {
      expect(await routes.post("/v1/declared", rateOf(SHA), from)).toMatchObject({
        status: 403,
        body: { code: "FORBIDDEN" },
      });
      const withdrawal = { author: "Li", reason: "x" };
      expect(await routes.post(`/v1/declared/${id}/withdraw`, withdrawal, from)).toMatchObject({ status: 403 });
    }
    expect(await list()).toMatchObject({ changeable: true, entries: [{ state: "in_force" }] });
    const seen = await routes.app.inject({ url: "/v1/declared", ...away });
    expect(seen.json()).toMatchObject({ changeable: false, entries: [{ state: "in_force" }] });
  });
});

describe("GET /v1/declared", () => {
  it("lists the newest first, of a scope, an indicator and a day", async () => {
    const old = await declare(rateOf(SHA, { signedOn: "2026-08-01" }));
    const newer = await declare(rateOf(SHA));
    const county = await declare(rateOf(SHA, { scope: "330106", indicator: "STAFF_CERT_RATE" }));
    const seen = async (query: string) => (await list(query)).entries.map(({ id, state }) => [id, state]);
    expect(await seen("")).toEqual([
      [county.id, "in_force"],
      [newer.id, "in_force"],
      [old.id, "superseded"],
    ]);
    expect(await seen(`?scope=${SCHOOL}&on=2026-08-31`)).toEqual([
      [newer.id, "not_yet"],
      [old.id, "in_force"],
    ]);
    expect(await seen("?indicator=STAFF_CERT_RATE&on=2027-10-07")).toEqual([[county.id, "expired"]]);
    expect(await seen("?scope=330100")).toEqual([]);
    expect((await list()).revision).toBe(3);
    expect(await routes.get("/v1/declared?on=tomorrow")).toMatchObject({ status: 400, body: { code: "BAD_QUERY" } });
    expect((await routes.get("/v1/declared?of=1")).status).toBe(400);
  });

  it("sees at once that a file is gone", async () => {
    await declare(rateOf(SHA));
    await rm(join(routes.folder, "attachments", SHA));
    expect(await list(`?scope=${SCHOOL}`)).toMatchObject({ revision: 2, entries: [{ state: "no_attachment" }] });
  });
});

describe("POST /v1/declared/:id/withdraw", () => {
  it("keeps the entry, with who and why", async () => {
    const { id } = await declare(rateOf(SHA));
    const withdrawal = { author: "Li", reason: "counted twice" };
    const { body } = await routes.post(`/v1/declared/${id}/withdraw`, withdrawal);
    expect(body).toMatchObject({
      id,
      state: "withdrawn",
      withdrawn: { ...withdrawal, at: "2026-09-07T12:00:00+08:00" },
    });
    expect((await list()).entries).toEqual([body]);
  });

  it("refuses a second one, one without a reason, and one of nothing", async () => {
    const { id } = await declare(rateOf(SHA));
    const url = `/v1/declared/${id}/withdraw`;
    expect((await routes.post(url, { author: "Li", reason: " " })).status).toBe(400);
    expect((await routes.post(url, { author: "Li" })).status).toBe(400);
    expect((await routes.post(url, { author: "Li", reason: "x" })).status).toBe(200);
    const again = await routes.post(url, { author: "Li", reason: "x" });
    expect(again).toMatchObject({ status: 409, body: { code: "DECLARED_WITHDRAWN" } });
    const none = await routes.post("/v1/declared/none/withdraw", { author: "Li", reason: "x" });
    expect(none).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
  });
});

describe("GET /v1/declared/comparisons", () => {
  /** A school where one main room has no access point, and where access ports are not fibre. */
  function resultOf(schoolId: string): ComparedResult {
    const serves = "device,venue,role\nap1,v1,primary\n";
    const inventory = readInventory(filesWith({ "serves.csv": serves }), loadRegions());
    const [one] = inventory.devicesOf(SCHOOL);
    if (one === undefined) throw new Error("the inventory has no device");
    const contradicted = indicator("ALL_OPTICAL_COUNT", { enough: false, reasons: because(1, "contradicted") });
    return {
      judgement: judgeSchool({ inventory, evidence: new Evidence(), schoolId, asOfMs: NOW_MS }),
      card: scorecard({ indicators: {}, asOfMs: NOW_MS, inventoryConfirmedDay: TODAY }),
      indicators: new Map([["ALL_OPTICAL_COUNT", contradicted]]),
      devices: ["door", "door", "camera"].map((kind, i) => ({ ...one, id: `${kind}${i}`, kind })),
    };
  }
  const compared = async (query = "") => {
    const { body } = await routes.get(`/v1/declared/comparisons${query}`);
    return (body as ComparisonList).comparisons; // the route's own schema
  };

  beforeEach(async () => {
    await routes.close();
    routes = await openRoutes({ resultOf });
    await routes.upload();
  });

  it("puts both sides beside each other, what is claimed and not measured first", async () => {
    await declare(flag("SMART_RATE", { holds: true }));
    await declare(flag("WIFI_FULL", { holds: true }));
    await declare(flag("ALL_OPTICAL_COUNT", { holds: false }));
    await declare(flag("IOT_INTEGRATION", { kind: "zero", part: "door" }));
    await declare(flag("IOT_INTEGRATION", { kind: "zero", part: "appliance" }));
    await declare(flag("DOCKING_STATUS", { holds: true })); // nothing measures it
    const wanted = [
      { indicator: "WIFI_FULL", declared: "yes", measured: "no", result: "disagree", contradicted: true },
      { indicator: "IOT_INTEGRATION", part: "door", declared: "0", measured: "2", contradicted: true },
      {
        indicator: "SMART_RATE",
        declared: "yes",
        measured: "unknown",
        measuredAs: "SMART_READY",
        result: "not_comparable",
      },
      { indicator: "ALL_OPTICAL_COUNT", declared: "no", measured: "no", result: "agree", contradicted: false },
      { indicator: "IOT_INTEGRATION", part: "appliance", measured: "0", result: "agree" },
    ];
    expect(await compared(`?scope=${SCHOOL}`)).toMatchObject(wanted);
    expect(await compared("?scope=330100")).toMatchObject(wanted);
    expect(await compared()).toMatchObject(wanted);
    expect(await compared(`?scope=${OTHER_SCHOOL}`)).toEqual([]);
  });

  it("looks only at what is in force, and changes nothing", async () => {
    const { id } = await declare(flag("WIFI_FULL", { holds: true }));
    const before = await list();
    expect(await compared()).toHaveLength(1);
    expect(await list()).toEqual(before);
    await routes.post(`/v1/declared/${id}/withdraw`, { author: "Li", reason: "x" });
    expect(await compared()).toEqual([]);
  });

  it("sees at once that a file is gone", async () => {
    await declare(flag("WIFI_FULL", { holds: true }));
    await rm(join(routes.folder, "attachments", SHA));
    expect(await compared()).toEqual([]);
  });

  it("knows the scope that it is asked for", async () => {
    expect(await routes.get("/v1/declared/comparisons?scope=9")).toMatchObject({ status: 404 });
  });
});
