import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ObjectionList, ObjectionView } from "../../contract/objections.ts";
import { OTHER_SCHOOL, SCHOOL } from "../inventory/files-suite.ts";
import { openRoutes, type Routes } from "./declared-suite.ts";

let routes: Routes;
beforeEach(async () => {
  routes = await openRoutes();
});
afterEach(() => routes.close());

const objection = (rest = {}) => ({
  scope: SCHOOL,
  indicator: "WIFI_COVER",
  asOf: "2026-09-01",
  who: "Wang",
  text: "two rooms were closed",
  ...rest,
});
const raise = async (rest = {}): Promise<ObjectionView> =>
  (await routes.post("/v1/objections", objection(rest))).body as ObjectionView; // the route's own schema
const ids = async (query = "") => {
  const { body } = await routes.get(`/v1/objections${query}`);
  return (body as ObjectionList).objections.map(({ id }) => id); // the route's own schema
};
const answer = { author: "Li", text: "looked at it", outcome: "upheld" };

describe("objections over HTTP", () => {
  it("are raised with their files, listed, answered, and then closed", async () => {
    const sha256 = await routes.upload();
    const raised = await raise({ revision: 2, attachments: [{ sha256 }] });
    expect(raised).toMatchObject({
      ...objection({ revision: 2 }),
      state: "open",
      at: "2026-09-07T12:00:00+08:00",
      attachments: [{ sha256, name: "list.pdf" }],
    });
    const { body } = await routes.post(`/v1/objections/${raised.id}/answer`, answer);
    expect(body).toEqual({ ...raised, state: "upheld", answer: { ...answer, at: "2026-09-07T12:00:00+08:00" } });
    expect(await routes.get("/v1/objections")).toEqual({ status: 200, body: { changeable: true, objections: [body] } });
    const again = await routes.post(`/v1/objections/${raised.id}/answer`, answer);
    expect(again).toMatchObject({ status: 409, body: { code: "OBJECTION_CLOSED" } });
  });

  it("are listed open ones first, then the newest first, of a scope or of all", async () => {
    const [first, second, third] = [await raise(), await raise(), await raise({ scope: OTHER_SCHOOL })];
    await routes.post(`/v1/objections/${second.id}/answer`, answer);
    expect(await ids()).toEqual([third.id, first.id, second.id]);
    expect(await ids(`?scope=${SCHOOL}`)).toEqual([first.id, second.id]);
    expect(await ids("?scope=330100")).toEqual([]);
  });

  it("know the rooms of the inventory and the clauses of the documents", async () => {
    const { indicator: _indicator, ...bare } = objection();
    const statusOf = async (rest: object) => (await routes.post("/v1/objections", { ...bare, ...rest })).status;
    expect(await statusOf({ venue: "v1" })).toBe(200);
    expect(await statusOf({ venue: "v1", scope: OTHER_SCHOOL })).toBe(400);
    expect(await statusOf({ target: "A05", scope: "330000" })).toBe(200);
    expect(await statusOf({ target: "A999" })).toBe(400);
  });

  it("tell every problem at once", async () => {
    const refused = await routes.post("/v1/objections", objection({ scope: "9", asOf: "2026-12-01", target: "A05" }));
    expect(refused).toMatchObject({
      status: 400,
      body: { code: "OBJECTION_INVALID", details: [{ path: "scope" }, { path: "target" }, { path: "asOf" }] },
    });
  });

  it("are entered and answered at the collector's own machine", async () => {
    const { id } = await raise();
    const away = { remoteAddress: "192.0.2.7" };
    expect(await routes.post("/v1/objections", objection(), away)).toMatchObject({ status: 403 });
    expect(await routes.post(`/v1/objections/${id}/answer`, answer, away)).toMatchObject({ status: 403 });
    expect(await ids()).toEqual([id]);
    const seen = await routes.app.inject({ url: "/v1/objections", ...away });
    expect(seen.json()).toMatchObject({ changeable: false });
  });

  it.each([
    { case: "no outcome", body: { author: "Li", text: "x" } },
    { case: "an outcome that is none", body: { ...answer, outcome: "maybe" } },
    { case: "no words", body: { ...answer, text: " " } },
  ])("are not answered with $case", async ({ body }) => {
    const { id } = await raise();
    expect((await routes.post(`/v1/objections/${id}/answer`, body)).status).toBe(400);
  });
});
