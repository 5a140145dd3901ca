// Our collector as a county runs it: the compiled program, its inventory imported, an enrolled agent a school.
import { execFile } from "node:child_process";
import { createHash, generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Ack, HEADER, partsText } from "../../contract/batch.ts";
import { batchText, enrolText, signText } from "../../contract/identity.ts";
import { freePort } from "../free-port.ts";
import { agentId, inventoryFiles, SCHOOLS, schoolId } from "./county.ts";
import type { Route } from "./sender.ts";
import { type Server, startServer } from "./server.ts";

const PROGRAM = fileURLToPath(new URL("../../collector/bin/campanile-collector.js", import.meta.url));
const SESSION = "bench";
/** Enrolments under way at a time. */
const ENROLLING = 10;

export interface BenchCollector extends Server {
  route: Route;
}

/** @param store the part `store` of its configuration. @throws Error when it does not begin to listen, or takes no agent */
export async function startCollector(node: string, folder: string, store: object): Promise<BenchCollector> {
  const port = await freePort();
  await mkdir(folder, { recursive: true });
  const config = join(folder, "collector.yaml");
  // JSON is YAML.
  const settings = { listen: { port }, dataDir: join(folder, "data"), store, log: { level: "error" } };
  await writeFile(config, JSON.stringify(settings));
  const url = `http://127.0.0.1:${port}`;
  // What a server needs before; the embedded store needs nothing.
  await promisify(execFile)(node, [PROGRAM, "setup-store", "--config", config]);
  // As an installed program is started: its first line says how Node is to run it.
  const server = await startServer(PROGRAM, ["run", "--config", config], url, "/readyz");
  try {
    await postJson(url, "/v1/inventory", { files: inventoryFiles() });
    return { ...server, route: await enrolled(url) };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Agents of all schools, each with its own key; every batch is signed as it is sent. */
async function enrolled(url: string): Promise<Route> {
  const keys: Signer[] = [];
  for (let first = 0; first < SCHOOLS; first += ENROLLING) {
    const some = Array.from({ length: Math.min(ENROLLING, SCHOOLS - first) }, (_, i) => enrol(url, first + i));
    keys.push(...(await Promise.all(some)));
  }
  const sequences = new Map<number, number>();
  const named = new WeakMap<object, number>();
  const lastSentAt = new Map<number, number>();
  return {
    requestFor: (batch) => {
      const { school, body } = batch;
      const signer = keys[school];
      if (signer === undefined) throw new RangeError(`there is no school ${school}`);
      // A batch that is sent again keeps its name.
      const sequence = named.get(batch) ?? (sequences.get(school) ?? 0) + 1;
      named.set(batch, sequence);
      sequences.set(school, Math.max(sequence, sequences.get(school) ?? 0));
      const sentAtMs = Math.max(Date.now(), (lastSentAt.get(school) ?? 0) + 1);
      lastSentAt.set(school, sentAtMs);
      const parts = partsText([{ sequence, bytes: body.length }]);
      const text = batchText({ agent: signer.agent, session: SESSION, parts, lane: "backlog", sentAtMs, body });
      return {
        path: "/v1/batches",
        headers: {
          [HEADER.agent]: signer.agent,
          [HEADER.session]: SESSION,
          [HEADER.sequence]: String(sequence),
          [HEADER.sentAt]: String(sentAtMs),
          [HEADER.key]: signer.keyId,
          [HEADER.signature]: signText(text, signer.key),
        },
      };
    },
    problemOf: (body, { lines }) => {
      const { stored, repeated }: Ack = JSON.parse(body); // the collector's answer is checked by its own schema
      return stored + repeated === lines ? undefined : `${stored} stored and ${repeated} repeated of ${lines} lines`;
    },
  };
}

interface Signer {
  agent: string;
  key: KeyObject;
  keyId: string;
}

async function enrol(url: string, school: number): Promise<Signer> {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  // The last 32 bytes of its SubjectPublicKeyInfo are the key itself (RFC 8410).
  const raw = publicKey.export({ type: "spki", format: "der" }).subarray(-32);
  const wish = { school: schoolId(school), agent: agentId(school) };
  const { code } = await postJson<{ code: string }>(url, "/v1/enrolment-codes", wish);
  const text = raw.toString("base64");
  const signature = signText(enrolText(code, text), privateKey);
  const { agent } = await postJson<{ agent: string }>(url, "/v1/enroll", {
    code,
    publicKey: text,
    signature,
    version: "bench",
  });
  return { agent, key: privateKey, keyId: createHash("sha256").update(raw).digest("hex").slice(0, 16) };
}

async function postJson<T>(url: string, path: string, body: object): Promise<T> {
  const answer = await fetch(new URL(path, url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${(await answer.text()).slice(0, 500)}`);
  return (await answer.json()) as T; // its own schema has checked it
}
