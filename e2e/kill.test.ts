// Kill -9 of the agent and of the collector in the middle of a run: nothing acknowledged is lost, nothing counts twice.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { HEADER } from "../contract/batch.ts";
import { startSnmpDevice } from "../firmware-sims/snmp/device.ts";
import { createStaticMib } from "../firmware-sims/snmp/mib.ts";
import { readSnmprec } from "../firmware-sims/snmp/snmprec.ts";
import { enrol, importInventory } from "./fleet.ts";
import { freePort, type Program, start, until } from "./programs.ts";

const KILLS = 8;
const DEVICES = 6;
const WALK = [
  "1.3.6.1.2.1.1.1.0|4|kill test device",
  "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8072.3.2.10",
  "1.3.6.1.2.1.1.3.0|67|123456",
  "1.3.6.1.2.1.1.5.0|4|device",
  "1.3.6.1.2.1.2.2.1.8.1|2|1",
  "1.3.6.1.2.1.31.1.1.1.1.1|4|eth0",
  "1.3.6.1.2.1.31.1.1.1.6.1|70|1000",
  "1.3.6.1.2.1.31.1.1.1.10.1|70|2000",
].join("\n");

const folder = mkdtempSync(join(tmpdir(), "campanile-kill-"));
const agentFile = join(folder, "agent.yaml");
const collectorFile = join(folder, "collector.yaml");
const running = new Set<Program>();
/** Lines of every batch whose 200 passed through the link, by batch name. */
const acknowledged = new Map<string, string[]>();
let deliveries = 0;
let devices: Awaited<ReturnType<typeof startSnmpDevice>>[] = [];
let link: Server;
let linkUrl: string;
let collectorPort: number;

beforeAll(async () => {
  collectorPort = await freePort();
  const { rows } = readSnmprec(WALK);
  devices = await Promise.all(
    Array.from({ length: DEVICES }, () => startSnmpDevice({ mib: createStaticMib(rows), community: "public" })),
  );
  link = await startLink();
  const { port } = link.address() as AddressInfo; // a TCP server's address is never a path
  linkUrl = `http://127.0.0.1:${port}`;
  writeFileSync(collectorFile, `listen: { port: ${collectorPort} }\ndataDir: ./data\nlog: { level: warn }\n`);
  writeFileSync(agentFile, agentConfig());
});

afterAll(async () => {
  for (const program of running) await program.end("SIGKILL");
  for (const device of devices) await device.close();
  link.closeAllConnections();
  link.close();
  rmSync(folder, { recursive: true, force: true });
});

it("loses nothing that was acknowledged and stores nothing twice, through eight kills and a link that cuts answers", async () => {
  let collector = await startCollector();
  await importInventory(`http://127.0.0.1:${collectorPort}`, { schools: ["2133000999,测试小学,,330106,111,,,"] });
  await enrol("2133000999", folder, {
    collector: `http://127.0.0.1:${collectorPort}`,
    agentSees: linkUrl,
    agent: "kill-test",
  });
  let agent = launch("agent", ["run", "--config", agentFile]);

  for (let kill = 0; kill < KILLS; kill += 1) {
    const before = deliveries;
    await until(() => deliveries >= before + 2 || stopped(agent) || stopped(collector));
    expect(stopped(agent), agent.output()).toBe(false);
    expect(stopped(collector), collector.output()).toBe(false);
    if (kill % 2 === 0) {
      await kill9(collector);
      collector = await startCollector();
    } else {
      await kill9(agent);
      agent = launch("agent", ["run", "--config", agentFile]);
    }
  }

  // What its killed predecessor had under way may still be delivered while the last agent starts.
  await until(() => agent.output().includes("agent starts") || stopped(agent));
  const settled = deliveries;
  await until(() => deliveries > settled || stopped(agent));
  expect(await agent.end("SIGTERM"), agent.output()).toBe(0);
  expect(await collector.end("SIGTERM"), collector.output()).toBe(0);

  const { samples, doubled } = await storedSamples(join(folder, "data", "campanile.duckdb"));
  // A request may hold several batches, or one again: on a busy machine there are fewer batches than requests.
  expect(acknowledged.size).toBeGreaterThan(KILLS / 2);
  expect(doubled).toEqual([]);
  const given = [...acknowledged.values()].flat().flatMap(samplesOf);
  expect(given.length).toBeGreaterThan(KILLS * DEVICES);
  expect(given.filter((sample) => !samples.has(sample))).toEqual([]);
}, 180_000);

function agentConfig(): string {
  const targets = devices.map(
    (device, i) => `  - { id: d${i}, url: "snmp://127.0.0.1:${device.port}", community: public }`,
  );
  return [
    "agent: kill-test",
    `collector: ${linkUrl}`,
    "interval: 1s",
    "deadline: 1s",
    "timeout: 200ms",
    "spool: { dir: ./spool, flush: 1s }",
    "selfTest: { interface: lo, gateway: self, references: [d0] }",
    "targets:",
    ...targets,
  ].join("\n");
}

function launch(name: "agent" | "collector", args: readonly string[]): Program {
  const program = start(name, args);
  running.add(program);
  return program;
}

async function startCollector(): Promise<Program> {
  const program = launch("collector", ["run", "--config", collectorFile]);
  await program.line((line) => line.startsWith("listening"));
  return program;
}

async function kill9(program: Program): Promise<void> {
  expect(await program.end("SIGKILL")).toBe("SIGKILL");
  running.delete(program);
}

function stopped({ child }: Program): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Between agent and collector: keeps what was acknowledged, and cuts every third answer after the collector gave it. */
function startLink(): Promise<Server> {
  const server = createServer((fromAgent, toAgent) => {
    const chunks: Buffer[] = [];
    fromAgent.on("data", (chunk: Buffer) => chunks.push(chunk));
    fromAgent.on("end", () => {
      const body = Buffer.concat(chunks);
      const { method, url, headers } = fromAgent;
      const upstream = request({ host: "127.0.0.1", port: collectorPort, method, path: url, headers }, (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("error", () => toAgent.destroy());
        answer.on("end", () => {
          const isStored = url === "/v1/batches" && answer.statusCode === 200;
          if (isStored) deliveries += 1;
          if (isStored && deliveries % 3 === 0) return toAgent.destroy();
          // Of a request with several batches all or none were taken here: nothing is refused.
          if (isStored) {
            const name = `${headers[HEADER.session]} ${headers[HEADER.parts] ?? headers[HEADER.sequence]}`;
            acknowledged.set(name, gunzipSync(body).toString("utf8").trimEnd().split("\n"));
          }
          toAgent.writeHead(answer.statusCode ?? 502, answer.headers);
          toAgent.end(Buffer.concat(parts));
        });
      });
      upstream.on("error", () => toAgent.destroy());
      upstream.end(body);
    });
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

/** The samples of a line of our own agent, whose names need no unescaping here: `device instance metric ms value`. */
function samplesOf(line: string): string[] {
  const [head, fields, at] = line.split(" ");
  const [measurement, ...tags] = (head ?? "").split(",");
  if (measurement === "fact" || measurement === "event") return [];
  const tag = Object.fromEntries(tags.map((text) => text.split("=")));
  return (fields ?? "").split(",").map((field) => {
    const [metric, value] = field.split("=");
    return [tag.device, tag.instance ?? "", metric, at, Number(value)].join(" ");
  });
}

/** What lies in the store's own table, without the store's code between: every row, and rows that are there twice. */
async function storedSamples(path: string): Promise<{ samples: Set<string>; doubled: string[] }> {
  const instance = await DuckDBInstance.create(path, { access_mode: "READ_ONLY" });
  const connection = await instance.connect();
  const rows = await connection.runAndReadAll(await rawRows(connection));
  const samples = new Set<string>();
  const doubled: string[] = [];
  for (const [device, seriesInstance, metric, atMs, value] of rows.getRows()) {
    const name = [device, seriesInstance ?? "", metric, atMs, Number(value)].join(" ");
    if (samples.has(name)) doubled.push(name);
    samples.add(name);
  }
  connection.closeSync();
  instance.closeSync();
  return { samples, doubled };
}

/** Readings lie in a table per received day (docs/storage.md). */
async function rawRows(connection: DuckDBConnection): Promise<string> {
  const tables = await connection.runAndReadAll(
    "SELECT table_name FROM duckdb_tables() WHERE table_name SIMILAR TO 'reading_[0-9]+'",
  );
  const all = tables.getRows().map(([name]) => `SELECT series_id, at_ms, value FROM ${name}`);
  return `SELECT s.device, s.instance, s.metric, r.at_ms, r.value
    FROM (${all.join(" UNION ALL ")}) r JOIN series s ON s.id = r.series_id`;
}
