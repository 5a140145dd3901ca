// What InfluxDB 2.x and 3.x are sent and asked, as their documentation has it: against a server played here, because
// neither is packaged for the machines that tests run on. What 1.6 does is in influx.test.ts, with the real server.
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { openInfluxStore } from "./influx.ts";
import { setUpInflux } from "./influx-setup.ts";
import type { Retention } from "./store.ts";
import { batchOf, busy, clients, SCHOOL, T0 } from "./store-suite.ts";

const DAY_MS = 86_400_000;
const RETENTION: Retention = {
  rawMs: 90 * DAY_MS,
  rollupMs: { "5m": 365 * DAY_MS, "1h": 730 * DAY_MS, "1d": 3_650 * DAY_MS },
  eventsMs: 365 * DAY_MS,
};

interface Asked {
  /** Method and path with its parameters. */
  what: string;
  authorization: string | undefined;
  body: string;
}

type Answer = (asked: Asked) => { status: number; body?: unknown } | undefined;

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

/** What `answer` does not answer is 204 for a write, an empty result for a question and 404 for all else. */
async function play(answer: Answer): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const one = {
        what: `${request.method} ${decodeURIComponent(request.url ?? "")}`,
        authorization: request.headers.authorization,
        body: Buffer.concat(parts).toString(),
      };
      asked.push(one);
      const usual = one.what.includes("write")
        ? { status: 204, body: undefined }
        : one.what.startsWith("POST /query")
          ? { status: 200, body: { results: [{ statement_id: 0 }] } }
          : { status: 404, body: { code: "not found" } };
      const { status, body } = { body: undefined, ...(answer(one) ?? usual) };
      response.writeHead(status, { "content-type": "application/json" });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`, asked };
}

const whats = (asked: readonly Asked[]) => asked.map(({ what }) => what);
const parameters = ({ body }: Asked) => Object.fromEntries(new URLSearchParams(body));
const batch = () =>
  batchOf([[clients("ap-1"), T0, 1]], { events: [{ device: "ap-1", atMs: T0, kind: "link_up", text: "up" }] });

describe("InfluxDB 2.x (played, not a real server)", () => {
  const optionsOf = (url: string) => ({ version: 2 as const, url, org: "county", bucket: "campanile", token: "t0ken" });

  it("is written to by its own path, a bucket for each kind of data, with its token", async () => {
    const { url, asked } = await play(() => undefined);
    await expect(openInfluxStore(optionsOf(url)).write(batch())).resolves.toEqual({ repeated: false });
    expect(whats(asked.slice(1))).toEqual([
      "POST /api/v2/write?org=county&bucket=campanile&precision=ms",
      "POST /api/v2/write?org=county&bucket=campanile_kept&precision=ms",
      "POST /api/v2/write?org=county&bucket=campanile_kept&precision=us",
    ]);
    expect(asked[1]?.body).toBe(`device,school=${SCHOOL},device=ap-1 wifi_clients=1 ${T0}`);
    expect(asked.every(({ authorization }) => authorization === "Token t0ken")).toBe(true);
  });

  it("is asked in InfluxQL, by the database and policy that its buckets are mapped to", async () => {
    const { url, asked } = await play(() => undefined);
    const store = openInfluxStore(optionsOf(url));
    await store.series(SCHOOL, clients("ap-1"), 0, 1);
    await store.rollups(SCHOOL, clients("ap-1"), "1h", 0, 1);
    await store.rolledUpTo();
    expect(whats(asked)).toEqual(Array(3).fill("POST /query"));
    const mapped = asked.map((one) => [parameters(one).db, parameters(one).rp, parameters(one).epoch]);
    expect(mapped).toEqual(["raw", "1h", "kept"].map((policy) => ["campanile", policy, "ms"]));
  });

  it("is set up with five buckets and their mappings, once", async () => {
    const buckets = new Map<string, { id: string; name: string; retentionRules: unknown }>();
    const mappings: { bucketID: string; database: string; retention_policy: string }[] = [];
    const { url, asked } = await play(({ what, body }) => {
      if (what === "GET /api/v2/orgs?org=county")
        return { status: 200, body: { orgs: [{ id: "0000000000000001", name: "county" }] } };
      if (what.startsWith("GET /api/v2/buckets?org=county&name=")) {
        const bucket = buckets.get(what.slice(what.indexOf("name=") + 5));
        return { status: 200, body: { buckets: bucket === undefined ? [] : [bucket] } };
      }
      if (what === "POST /api/v2/buckets") {
        const made = { ...JSON.parse(body), id: `${buckets.size + 1}`.padStart(16, "0") };
        buckets.set(made.name, made);
        return { status: 201, body: made };
      }
      if (what.startsWith("GET /api/v2/dbrps?")) {
        const policy = new URLSearchParams(what.slice(what.indexOf("?"))).get("rp");
        return { status: 200, body: { content: mappings.filter((one) => one.retention_policy === policy) } };
      }
      if (what.startsWith("PATCH")) return { status: 200, body: {} };
      if (what === "POST /api/v2/dbrps") {
        mappings.push(JSON.parse(body));
        return { status: 201, body: JSON.parse(body) };
      }
      return undefined;
    });
    const steps = await setUpInflux(optionsOf(url), RETENTION);
    expect(steps.map(({ outcome, what }) => `${outcome} ${what}`).slice(0, 4)).toEqual([
      "made bucket campanile",
      "made mapping of campanile/raw to its bucket",
      "made bucket campanile_5m",
      "made mapping of campanile/5m to its bucket",
    ]);
    expect([...buckets.values()]).toMatchObject([
      { orgID: "0000000000000001", name: "campanile", retentionRules: [{ type: "expire", everySeconds: 7_776_000 }] },
      { name: "campanile_5m", retentionRules: [{ type: "expire", everySeconds: 31_536_000 }] },
      { name: "campanile_1h" },
      { name: "campanile_1d" },
      { name: "campanile_kept", retentionRules: [{ type: "expire", everySeconds: 0 }] },
    ]);
    expect(mappings[1]).toEqual({
      orgID: "0000000000000001",
      bucketID: buckets.get("campanile_5m")?.id,
      database: "campanile",
      retention_policy: "5m",
      default: false,
    });
    const before = asked.length;
    const again = await setUpInflux(optionsOf(url), RETENTION);
    expect(again.every(({ outcome }) => outcome === "there")).toBe(true);
    expect(whats(asked.slice(before)).filter((what) => !what.startsWith("GET"))).toEqual([]);
    await setUpInflux(optionsOf(url), { ...RETENTION, rawMs: DAY_MS });
    const changed = asked.find(({ what }) => what.startsWith("PATCH"));
    expect(changed).toMatchObject({
      what: "PATCH /api/v2/buckets/0000000000000001",
      body: JSON.stringify({ retentionRules: [{ type: "expire", everySeconds: 86_400 }] }),
    });
  });

  it("forgets old events by a request to delete", async () => {
    const { url, asked } = await play(({ what }) =>
      what.startsWith("POST /api/v2/delete") ? { status: 204 } : undefined,
    );
    const now = Date.now();
    await openInfluxStore(optionsOf(url)).maintain(now, RETENTION);
    const deletion = asked.find(({ what }) => what.startsWith("POST /api/v2/delete"));
    expect(deletion?.what).toBe("POST /api/v2/delete?org=county&bucket=campanile_kept");
    const { start, stop, predicate } = JSON.parse(deletion?.body ?? "");
    expect([start, predicate]).toEqual(["1970-01-01T00:00:00.000Z", '_measurement="event"']);
    const age = now - Date.parse(stop);
    expect(age).toBeGreaterThanOrEqual(RETENTION.eventsMs);
    expect(age).toBeLessThan(RETENTION.eventsMs + DAY_MS);
  });

  it("says which token an operator has to make when this one has not the right", async () => {
    const { url } = await play(() => ({ status: 401, body: { code: "unauthorized", message: "unauthorized access" } }));
    const refused = await setUpInflux(optionsOf(url)).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: "STORE_SETUP",
      message: expect.stringContaining("influx auth create --host"),
    });
    expect(String(refused)).not.toContain("t0ken");
  });

  it("says the command that makes a bucket that is not there", async () => {
    const { url } = await play(({ what }) =>
      what.includes("write")
        ? { status: 404, body: { code: "not found", message: 'bucket "campanile" not found' } }
        : undefined,
    );
    await expect(openInfluxStore(optionsOf(url)).write(batch())).rejects.toMatchObject({
      retryable: true,
      message: expect.stringContaining("campanile-collector setup-store"),
    });
  });
});

describe("InfluxDB 3.x (played, not a real server)", () => {
  const optionsOf = (url: string) => ({ version: 3 as const, url, database: "campanile", token: "apiv3_t" });

  it("is written to by its own path, whole requests only, a database for each kind of data", async () => {
    const { url, asked } = await play(() => undefined);
    await expect(openInfluxStore(optionsOf(url)).write(batch())).resolves.toEqual({ repeated: false });
    const tail = "accept_partial=false&no_sync=false";
    expect(whats(asked.slice(1))).toEqual([
      `POST /api/v3/write_lp?db=campanile&precision=millisecond&${tail}`,
      `POST /api/v3/write_lp?db=campanile_kept&precision=millisecond&${tail}`,
      `POST /api/v3/write_lp?db=campanile_kept&precision=microsecond&${tail}`,
    ]);
    expect(asked.every(({ authorization }) => authorization === "Bearer apiv3_t")).toBe(true);
  });

  it("is asked one question a request, of the database that has the answer", async () => {
    const { url, asked } = await play((one) =>
      parameters(one).q?.includes('last("wifi_channel_busy_ratio")') === true
        ? {
            status: 200,
            body: {
              results: [
                {
                  statement_id: 0,
                  series: [
                    {
                      name: "radio",
                      tags: { device: "ap-1", instance: "1" },
                      columns: ["time", "last"],
                      values: [[T0, 0.5]],
                    },
                  ],
                },
              ],
            },
          }
        : undefined,
    );
    const store = openInfluxStore(optionsOf(url));
    await expect(store.latest(SCHOOL, 0)).resolves.toEqual([
      { key: busy("ap-1", "1"), sample: { atMs: T0, value: 0.5 } },
    ]);
    await store.rollups(SCHOOL, clients("ap-1"), "1d", 0, 1);
    expect(asked.every((one) => parameters(one).q?.includes(";") === false)).toBe(true);
    expect(new Set(asked.slice(0, -1).map((one) => parameters(one).db))).toEqual(new Set(["campanile"]));
    expect(parameters(asked.at(-1) ?? asked[0] ?? { what: "", authorization: "", body: "" }).db).toBe("campanile_1d");
  });

  it("is set up with five databases and how long each keeps things, once", async () => {
    const made: unknown[] = [];
    const { url } = await play(({ what, body }) => {
      if (what === "GET /api/v3/configure/database?format=json") {
        return {
          status: 200,
          body: [
            { "iox::database": "_internal" },
            ...(made.length > 0 ? NAMES : ["campanile_1d"]).map((name) => ({ "iox::database": name })),
          ],
        };
      }
      if (what !== "POST /api/v3/configure/database") return undefined;
      made.push(JSON.parse(body));
      return { status: 200 };
    });
    const steps = await setUpInflux(optionsOf(url), RETENTION);
    expect(steps.map(({ outcome }) => outcome)).toEqual(["made", "made", "made", "there", "made"]);
    expect(made).toEqual([
      { db: "campanile", retention_period: "2160h" },
      { db: "campanile_5m", retention_period: "8760h" },
      { db: "campanile_1h", retention_period: "17520h" },
      { db: "campanile_kept" },
    ]);
    const again = await setUpInflux(optionsOf(url), RETENTION);
    expect(again.every(({ outcome }) => outcome === "there")).toBe(true);
  });

  it("says the commands of an operator when the token may not make databases", async () => {
    const { url } = await play(() => ({ status: 403, body: { error: "forbidden" } }));
    const refused = await setUpInflux(optionsOf(url)).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: "STORE_SETUP",
      message: expect.stringContaining(`influxdb3 create database --host ${url} campanile_kept`),
    });
    expect(String(refused)).not.toContain("apiv3_t");
  });
});

const NAMES = ["campanile", "campanile_5m", "campanile_1h", "campanile_1d", "campanile_kept"];
