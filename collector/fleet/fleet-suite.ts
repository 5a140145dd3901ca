// Agents over a state in a folder and a store in memory, with two schools and a clock of their own; for tests.
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import type { EnrolAnswer } from "../../contract/fleet.ts";
import { batchText, enrolText, keyIdOf, publicKeyText, sha256, signText } from "../../contract/identity.ts";
import { FILES, SCHOOL } from "../app-suite.ts";
import type { Arrival, Delivery } from "../ingest/speakers.ts";
import { readInventory } from "../inventory/read.ts";
import { loadRegions } from "../inventory/regions.ts";
import { openState, type State } from "../state/state.ts";
import { createMemoryStore } from "../store/memory.ts";
import type { ReadingStore, StoreBatch } from "../store/store.ts";
import { type Identity, openIdentity } from "./identity.ts";

export { SCHOOL };
export const OTHER_SCHOOL = "2133000002";
export const START_MS = Date.parse("2026-09-07T09:00:00+08:00");
export const FROM = "192.0.2.7";

const INVENTORY = readInventory(
  new Map(
    Object.entries({
      ...FILES,
      "schools.csv": [...FILES["schools.csv"], `${OTHER_SCHOOL},第二小学,Second Primary,330106,111,900,,2026-06-01`],
    }).map(([name, lines]) => [name, `${lines.join("\n")}\n`]),
  ),
  loadRegions(),
);

/** A machine with a key, which may or may not be enrolled. */
export class Machine {
  readonly key: KeyObject = generateKeyPairSync("ed25519").privateKey;
  readonly publicKey = publicKeyText(this.key);
  readonly keyId = keyIdOf(this.publicKey);

  enrolRequest(code: string) {
    const signature = signText(enrolText(code, this.publicKey), this.key);
    return { code, publicKey: this.publicKey, signature, version: "1.2.3", host: "gateway-pc" };
  }

  /** One signed batch. What `change` says is not what was signed; what `own` says is. */
  delivery(
    agentId: string,
    sequence: number,
    sentAtMs: number,
    change: Partial<Delivery> = {},
    own: Partial<Pick<Delivery, "session" | "lane" | "body">> = {},
  ): Delivery {
    const { session = "s1", lane = "backlog", body = Buffer.from(`lines of ${sequence}`) } = own;
    const signed = { session, lane, parts: `${sequence}:${body.length}`, sentAtMs, body };
    const signature = signText(batchText({ agent: agentId, ...signed }), this.key);
    return { agentId, ...signed, key: this.keyId, signature, from: FROM, ...change };
  }
}

export class FleetUnderTest {
  readonly store: ReadingStore = createMemoryStore();
  nowMs = START_MS;
  unsigned = false;
  #folder = "";
  #state: State | undefined;
  #identity: Identity | undefined;

  get identity(): Identity {
    if (this.#identity === undefined) throw new Error("not open");
    return this.#identity;
  }

  get state(): State {
    if (this.#state === undefined) throw new Error("not open");
    return this.#state;
  }

  async open(): Promise<this> {
    if (this.#folder === "") this.#folder = await mkdtemp(join(tmpdir(), "campanile-fleet-"));
    this.#state = await openState(join(this.#folder, "state.duckdb"));
    this.#identity = await openIdentity({
      state: this.#state,
      ledger: this.store,
      inventory: () => INVENTORY,
      clockOffsetMs: () => undefined,
      unsigned: this.unsigned,
      nowMs: () => this.nowMs,
      log: pino({ level: "silent" }),
    });
    return this;
  }

  /** As after a restart of the collector. */
  async reopen(): Promise<void> {
    await this.identity.close();
    await this.state.close();
    await this.open();
  }

  async close(): Promise<void> {
    await this.identity.close();
    await this.state.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async code(change: { schoolId?: string; agent?: string; validMs?: number } = {}): Promise<string> {
    const wish = { schoolId: SCHOOL, validMs: 86_400_000, from: "127.0.0.1", ...change };
    return (await this.identity.enrolment.makeCode(wish)).code;
  }

  async enrol(machine: Machine, agent?: string): Promise<EnrolAnswer> {
    const code = await this.code(agent === undefined ? {} : { agent });
    return this.identity.enrolment.enrol(machine.enrolRequest(code), FROM);
  }

  /** What ingest does with one batch: who speaks, may it come now, store it, tell what became of it. */
  async take(delivery: Delivery): Promise<"stored" | "repeated"> {
    const { speakers } = this.identity;
    const schoolId = await speakers.school(delivery);
    const { agentId, session, lane, from, sentAtMs } = delivery;
    const sequence = Number(delivery.parts.split(":")[0]);
    const arrival: Arrival = { agentId, session, sequence, lane, from };
    await speakers.order(arrival);
    const digest = sha256(delivery.body).slice(0, 16);
    const sent = sentAtMs === undefined ? {} : { sentAtMs };
    const batch: StoreBatch = {
      ...{ agentId, session, sequence, lane, schoolId, digest, ...sent, receivedAtMs: this.nowMs, lines: 1 },
      samples: {
        series: [],
        length: 0,
        seriesIndex: new Int32Array(),
        atMs: new Float64Array(),
        value: new Float64Array(),
      },
      facts: [],
      events: [],
    };
    const written = await this.store.write(batch);
    if (!written.repeated) {
      speakers.stored(arrival);
      return "stored";
    }
    speakers.repeated({ ...arrival, digest, ...sent, ...(written.first && { first: written.first }) });
    return "repeated";
  }

  /** `CODE × count`, the newest first. */
  async events(agent?: string): Promise<string[]> {
    const { events } = this.identity;
    const found = agent === undefined ? await events.newest(100) : await events.of(agent, 100);
    return found.map(({ kind, count }) => (count === 1 ? kind : `${kind} × ${count}`));
  }
}
