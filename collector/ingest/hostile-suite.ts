// A collector of two schools with enrolled agents, and the requests that agents make; for tests of who gets in.
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { InjectOptions } from "fastify";
import { HEADER, type Lane } from "../../contract/batch.ts";
import { batchText, enrolText, keyIdOf, publicKeyText, signText } from "../../contract/identity.ts";
import { isMetricName, METRICS } from "../../contract/metrics.ts";
import type { App } from "../app.ts";
import { FILES, NOW_MS, SCHOOL, testApp } from "../app-suite.ts";
import type { Identity } from "../fleet/identity.ts";
import type { ReadingStore } from "../store/store.ts";

export const OTHER_SCHOOL = "2133000002";
const INVENTORY = Object.fromEntries(
  Object.entries({
    ...FILES,
    "schools.csv": [...FILES["schools.csv"], `${OTHER_SCHOOL},第二小学,Second Primary,330106,111,900,,2026-06-01`],
    "devices.csv": [...FILES["devices.csv"], `sw9,${OTHER_SCHOOL},switch,Switch 9,sw-9,,,,`],
  }).map(([name, lines]) => [name, lines.join("\n")]),
);

/** A request to POST /v1/batches as it goes over the wire. */
export interface Sent {
  headers: Record<string, string>;
  body: Buffer;
}

export interface Batch {
  sequence: number;
  body: Buffer;
  session?: string;
  lane?: Lane;
  sentAtMs?: number;
  /** As the header has it; absent: one batch, the whole body. */
  parts?: string;
}

export const lineAt = (device: string, value: number, atMs = NOW_MS) =>
  Buffer.from(`device,device=${device} cpu_busy_ratio=${value} ${atMs}\n`);

/** An agent with its own key. */
export class Speaker {
  readonly id: string;
  readonly key: KeyObject = generateKeyPairSync("ed25519").privateKey;
  readonly publicKey = publicKeyText(this.key);
  readonly keyId = keyIdOf(this.publicKey);
  #sentAtMs = NOW_MS;

  constructor(id: string) {
    this.id = id;
  }

  /** Signed as an agent does it, each time with a later clock. */
  request({ sequence, body, session = "s1", lane = "backlog", sentAtMs, parts }: Batch): Sent {
    const sentAt = sentAtMs ?? ++this.#sentAtMs;
    const signed = {
      agent: this.id,
      session,
      lane,
      parts: parts ?? `${sequence}:${body.length}`,
      sentAtMs: sentAt,
      body,
    };
    return {
      headers: {
        "content-type": "text/plain; charset=utf-8",
        "content-encoding": "gzip",
        [HEADER.agent]: this.id,
        [HEADER.session]: session,
        [HEADER.sequence]: String(sequence),
        [HEADER.lane]: lane,
        [HEADER.sentAt]: String(sentAt),
        ...(parts === undefined ? {} : { [HEADER.parts]: parts }),
        [HEADER.key]: this.keyId,
        [HEADER.signature]: signText(batchText(signed), this.key),
      },
      body,
    };
  }
}

export interface Collector {
  app: App;
  store: ReadingStore;
  identity: Identity;
  enrol(speaker: Speaker, schoolId?: string): Promise<void>;
  send(sent: Sent, more?: Partial<InjectOptions>): Promise<{ status: number; body: Answer }>;
  /** Everything that is stored of both schools, as one text. */
  everything(): Promise<string>;
  close(): Promise<void>;
}

/** The parts of an answer that tests look at. */
export interface Answer {
  code?: string;
  stored?: number;
  repeated?: number;
  refused?: { code: string }[];
}

export async function startCollector(): Promise<Collector> {
  const folder = await mkdtemp(join(tmpdir(), "campanile-hostile-"));
  const { app, store, identity } = await testApp(folder, { isSigned: true });
  await app.inject({ method: "POST", url: "/v1/inventory", payload: { files: INVENTORY } });
  return {
    app,
    store,
    identity,
    async enrol({ id, key, publicKey }, schoolId = SCHOOL) {
      const wish = { schoolId, agent: id, validMs: 60_000, from: "127.0.0.1" };
      const { code } = await identity.enrolment.makeCode(wish);
      const signature = signText(enrolText(code, publicKey), key);
      await identity.enrolment.enrol({ code, publicKey, signature, version: "1" }, "127.0.0.1");
    },
    async send({ headers, body }, more = {}) {
      const answer = await app.inject({ method: "POST", url: "/v1/batches", headers, payload: body, ...more });
      return { status: answer.statusCode, body: answer.json<Answer>() };
    },
    async everything() {
      const schools = await Promise.all(
        [SCHOOL, OTHER_SCHOOL].map(async (school) => ({
          latest: await store.latest(school, 0),
          facts: [...(await store.facts(school))],
          events: await store.events(school, 0, Number.MAX_SAFE_INTEGER),
        })),
      );
      let samples = 0;
      const metrics = Object.keys(METRICS).filter(isMetricName);
      await store.scan(metrics, 0, Number.MAX_SAFE_INTEGER, (_school, { length }) => {
        samples += length;
      });
      const ledger = await Promise.all(["good", "revoked", "unknown"].map((id) => store.sessions(id)));
      return JSON.stringify({ schools, samples, ledger, known: await store.schools() });
    },
    async close() {
      await app.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const packed = (lines: Buffer) => gzipSync(lines);
