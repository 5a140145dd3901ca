// Making what the store needs on a real InfluxDB 1.6, with and without the right to.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openInfluxStore } from "./influx.ts";
import { setUpInflux } from "./influx-setup.ts";
import { type Influxd, influxdPath, influxQl, startInfluxd } from "./influxd-suite.ts";
import type { Retention } from "./store.ts";
import { batchOf, clients, SCHOOL, T0 } from "./store-suite.ts";

const DAY_MS = 86_400_000;
const RETENTION: Retention = {
  rawMs: 90 * DAY_MS,
  rollupMs: { "5m": 365 * DAY_MS, "1h": 730 * DAY_MS, "1d": 3_650 * DAY_MS },
  eventsMs: 365 * DAY_MS,
};

async function policiesOf(url: string, database: string, credentials = ""): Promise<Record<string, string>> {
  const text = await influxQl(`${url}`, `SHOW RETENTION POLICIES ON "${database}"`, "", credentials);
  const rows: [name: string, duration: string][] = JSON.parse(text).results[0].series[0].values;
  return Object.fromEntries(rows.map(([name, duration]) => [name, duration]));
}

describe.skipIf(influxdPath === undefined)("setting up InfluxDB 1.6 (real server; apt-get install influxdb)", () => {
  let server: Influxd;
  beforeAll(async () => {
    server = await startInfluxd();
  });
  afterAll(() => server.remove());

  it("makes the database and a policy for each kind of data, once, and says what it made", async () => {
    const options = { url: server.url, database: "county" };
    const steps = await setUpInflux(options);
    expect(steps.map(({ what, outcome }) => `${outcome} ${what}`)).toEqual([
      "made database county",
      "made retention policy raw",
      "made retention policy 5m",
      "made retention policy 1h",
      "made retention policy 1d",
      "made retention policy kept",
    ]);
    const again = await setUpInflux(options);
    expect(again.map(({ what }) => what)).toEqual(steps.map(({ what }) => what));
    expect(again.every(({ outcome }) => outcome === "there")).toBe(true);
    expect(await policiesOf(server.url, "county")).toMatchObject({
      raw: "0s",
      "5m": "0s",
      "1h": "0s",
      "1d": "0s",
      kept: "0s",
    });
  });

  it("makes what is missing of a database that is there, and keeps readings in the policy that is named", async () => {
    await influxQl(server.url, "CREATE DATABASE half");
    const options = { url: server.url, database: "half", retentionPolicy: "autogen" };
    const steps = await setUpInflux(options);
    expect(steps.map(({ outcome }) => outcome)).toEqual(["there", "there", "made", "made", "made", "made"]);
    const store = openInfluxStore(options);
    await store.write(batchOf([[clients("ap-1"), T0, 1]]));
    expect(await influxQl(server.url, `SELECT * FROM "autogen"."device"`, "half")).toContain('"wifi_clients"');
  });

  it("gives every policy the time that its data is kept, and changes it when that changes", async () => {
    const options = { url: server.url, database: "kept" };
    await setUpInflux(options, RETENTION);
    const policies = { raw: "2160h0m0s", "5m": "8760h0m0s", "1h": "17520h0m0s", "1d": "87600h0m0s", kept: "0s" };
    expect(await policiesOf(server.url, "kept")).toMatchObject(policies);
    await setUpInflux(options, { ...RETENTION, rawMs: DAY_MS });
    expect(await policiesOf(server.url, "kept")).toMatchObject({ ...policies, raw: "24h0m0s" });
    const store = openInfluxStore(options);
    await store.maintain(Date.now(), { ...RETENTION, rawMs: 30 * DAY_MS + 1 });
    expect(await policiesOf(server.url, "kept")).toMatchObject({ ...policies, raw: "721h0m0s" });
    const ever = { rawMs: Infinity, rollupMs: { "5m": Infinity, "1h": Infinity, "1d": Infinity }, eventsMs: Infinity };
    await store.maintain(Date.now(), ever); // what is to be kept for ever is left to the policies
    expect(await policiesOf(server.url, "kept")).toMatchObject({ ...policies, raw: "721h0m0s" });
  });

  it("never makes anything while the collector runs: what is missing is said with the command that makes it", async () => {
    const options = {
      url: server.url,
      database: "nowhere",
      setUpWith: "campanile-collector setup-store --config c.yaml",
    };
    const store = openInfluxStore(options);
    const missing = { code: "STORE_UNAVAILABLE", retryable: true, message: expect.stringContaining(options.setUpWith) };
    await expect(store.write(batchOf([[clients("ap-1"), T0, 1]]))).rejects.toMatchObject(missing);
    await expect(store.ready()).rejects.toMatchObject(missing);
    await expect(store.latest(SCHOOL, 0)).rejects.toMatchObject(missing);
    await influxQl(server.url, "CREATE DATABASE nowhere");
    await expect(store.ready()).rejects.toMatchObject(missing); // the policies are still not there
    await expect(store.maintain(Date.now(), RETENTION)).resolves.toBeUndefined();
    await setUpInflux(options);
    await expect(store.ready()).resolves.toBeUndefined();
    await influxQl(server.url, "DROP DATABASE nowhere");
    await expect(store.ready()).rejects.toMatchObject(missing);
  });

  it("drops readings that are older than they are kept, and stores the others of their batch", async () => {
    const options = { url: server.url, database: "old" };
    await setUpInflux(options, RETENTION);
    const store = openInfluxStore(options);
    const now = Date.now();
    const batch = batchOf([
      [clients("ap-1"), now - 200 * DAY_MS, 1],
      [clients("ap-1"), now, 2],
    ]);
    await expect(store.write(batch)).resolves.toEqual({ repeated: false });
    await expect(store.series(SCHOOL, clients("ap-1"), 0, Infinity)).resolves.toEqual([{ atMs: now, value: 2 }]);
  });
});

describe.skipIf(influxdPath === undefined)("InfluxDB 1.6 that asks who one is (real server)", () => {
  let server: Influxd;
  const root = "u=root&p=r";
  beforeAll(async () => {
    server = await startInfluxd(true);
    await influxQl(server.url, "CREATE USER root WITH PASSWORD 'r' WITH ALL PRIVILEGES");
    await influxQl(server.url, "CREATE USER campanile WITH PASSWORD 'korrekt'", "", root);
  });
  afterAll(() => server.remove());
  const as = (username: string, password: string) => ({ url: server.url, database: "campanile", username, password });

  it("has one clear error for a user without rights, and the command in it is all that is needed", async () => {
    const refused = await setUpInflux(as("campanile", "korrekt")).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "STORE_SETUP", message: expect.stringContaining('user "campanile"') });
    const said = refused instanceof Error ? refused.message : "";
    expect(said).toMatch(/influx -host 127\.0\.0\.1 -port \d+ -username ADMIN -password '' -execute 'CREATE DATABASE/);
    const statements = /-execute '(.*)'$/.exec(said)?.[1] ?? "";
    expect(statements).toContain('GRANT ALL ON "campanile" TO "campanile"');
    await influxQl(server.url, statements, "", root);
    const store = openInfluxStore(as("campanile", "korrekt"));
    await expect(store.write(batchOf([[clients("ap-1"), T0, 1]]))).resolves.toEqual({ repeated: false });
    await expect(store.ready()).resolves.toBeUndefined();
    await expect(setUpInflux(as("campanile", "korrekt"))).resolves.toHaveLength(6);
  });

  it("leaves retention to an administrator where the user may not change it, with the statement", async () => {
    await setUpInflux(as("root", "r"));
    await influxQl(server.url, `GRANT ALL ON "campanile" TO "campanile"`, "", root);
    const store = openInfluxStore(as("campanile", "korrekt"));
    await expect(store.maintain(Date.now(), RETENTION)).rejects.toMatchObject({
      retryable: true,
      message: expect.stringMatching(/ALTER RETENTION POLICY "raw" ON "campanile" DURATION 2160h SHARD DURATION 1d/),
    });
    await setUpInflux(as("root", "r"), RETENTION);
    await expect(store.maintain(Date.now(), RETENTION)).resolves.toBeUndefined();
  });

  it("takes a wrong password as something an operator can mend, and never says a password", async () => {
    await setUpInflux(as("root", "r"));
    const store = openInfluxStore(as("campanile", "falsch"));
    const calls = [
      () => store.write(batchOf([[clients("ap-1"), T0, 1]])),
      () => store.ready(),
      () => store.latest(SCHOOL, 0),
    ];
    for (const call of calls) {
      const refused = await call().catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: "STORE_UNAVAILABLE", retryable: true });
      expect(String(refused)).not.toContain("falsch");
    }
  });
});
