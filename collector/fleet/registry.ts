// Which agents are enrolled, for which school, and with which keys. All of it is held in memory, because every batch asks;
// every change is durable before it counts.
import type { KeyObject } from "node:crypto";
import { CampusError } from "../../contract/errors.ts";
import { keyIdOf, publicKeyFrom } from "../../contract/identity.ts";
import { Turns } from "../../contract/turns.ts";
import type { State, StateTransaction } from "../state/state.ts";
import { AGENT_TABLES, readAgents } from "./agent-rows.ts";

export interface AgentKey {
  /** As in the header `x-campanile-key`. */
  id: string;
  /** As it travels: base64 of 32 bytes. */
  publicKey: string;
  sinceMs: number;
}

export interface EnrolledAgent {
  id: string;
  school: string;
  /** The machine's own name at enrolment; absent when it did not say. */
  host?: string;
  /** Of the agent's program, at enrolment. */
  version: string;
  /** Of the newest enrolment. */
  enrolledAtMs: number;
  /** Absent: it may speak. */
  revoked?: { atMs: number; reason: string };
  /** Keys that count, the oldest first: one, or two while one takes the other's place. None of a revoked agent. */
  keys: readonly AgentKey[];
}

/** What is known of an agent when it enrols, or enrols again. */
export type Enrolment = Pick<EnrolledAgent, "id" | "school" | "host" | "version"> & { publicKey: string; atMs: number };

export class Registry {
  readonly #state: State;
  readonly #agents: Map<string, EnrolledAgent>;
  /** By school. An agent never changes its school. */
  readonly #idsOf = new Map<string, Set<string>>();
  /** By the key as it travels: importing one takes longer than a look-up. */
  readonly #keyObjects = new Map<string, KeyObject>();
  /** One change at a time: each begins with what the one before it left, so that none undoes another. */
  readonly #turns = new Turns();

  /** Use `openRegistry`. */
  constructor(state: State, agents: readonly EnrolledAgent[]) {
    this.#state = state;
    this.#agents = new Map();
    for (const agent of agents) this.#put(agent);
  }

  /** `undefined` for one that was never enrolled. */
  agent(id: string): EnrolledAgent | undefined {
    return this.#agents.get(id);
  }

  /** In order of their ids. */
  agents(): EnrolledAgent[] {
    return [...this.#agents.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** In order of their ids. */
  agentsOf(school: string): EnrolledAgent[] {
    return [...(this.#idsOf.get(school) ?? [])].sort().flatMap((id) => this.#agents.get(id) ?? []);
  }

  /** A key of an agent that counts; `undefined` for one that it does not have, or not any more. */
  key(agentId: string, keyId: string): KeyObject | undefined {
    const key = this.#agents.get(agentId)?.keys.find(({ id }) => id === keyId);
    if (key === undefined) return undefined;
    let object = this.#keyObjects.get(key.publicKey);
    if (object === undefined) {
      object = publicKeyFrom(key.publicKey);
      this.#keyObjects.set(key.publicKey, object);
    }
    return object;
  }

  /** A new agent, or one that has a new key in the place of all its old ones; a revoked one may speak again. */
  enrol({ publicKey, atMs, ...about }: Enrolment, and: (t: StateTransaction) => Promise<void>): Promise<void> {
    const key: AgentKey = { id: keyIdOf(publicKey), publicKey, sinceMs: atMs };
    const { id, school, host, version } = about;
    return this.#turns.take(async () => {
      await this.#state.transaction(async (t) => {
        await and(t);
        await t.run("DELETE FROM fleet_agent WHERE id = $1", [id]);
        const row = [id, school, host ?? null, version, atMs];
        await t.run("INSERT INTO fleet_agent VALUES ($1, $2, $3, $4, $5, NULL, NULL)", row);
        await t.run("UPDATE fleet_key SET retired_ms = $2 WHERE agent = $1 AND retired_ms IS NULL", [id, atMs]);
        await insertKey(t, id, key);
      });
      this.#put({ ...about, enrolledAtMs: atMs, keys: [key] });
    });
  }

  /**
   * Adds a key that is to take the place of the one that asks for it; any third is retired. Adding a key that is there
   * already changes nothing, so an agent that did not hear the answer may ask again.
   *
   * @throws CampusError KEY_UNKNOWN when the asking key counts no more, as after a revocation or a new enrolment meanwhile
   */
  addKey(
    agentId: string,
    askingKeyId: string,
    publicKey: string,
    atMs: number,
    and: (t: StateTransaction) => Promise<void>,
  ): Promise<AgentKey> {
    return this.#turns.take(async () => {
      const agent = this.#known(agentId);
      const id = keyIdOf(publicKey);
      const present = agent.keys.find((key) => key.id === id);
      if (present !== undefined) return present;
      const key: AgentKey = { id, publicKey, sinceMs: atMs };
      const asking = agent.keys.filter((kept) => kept.id === askingKeyId);
      if (asking.length === 0) {
        throw new CampusError("KEY_UNKNOWN", `agent "${agentId}" has no key "${askingKeyId}", or not any more`);
      }
      const third = agent.keys.filter((kept) => kept.id !== askingKeyId);
      await this.#state.transaction(async (t) => {
        await retireKeys(t, agentId, third, atMs);
        await insertKey(t, agentId, key);
        await and(t);
      });
      this.#put({ ...agent, keys: [...asking, key] });
      return key;
    });
  }

  /** The agent has shown that it holds this key: the older ones no longer count. */
  retireBefore(agentId: string, keyId: string, atMs: number): Promise<AgentKey[]> {
    return this.#turns.take(async () => {
      const agent = this.#known(agentId);
      const from = agent.keys.findIndex(({ id }) => id === keyId);
      const older = agent.keys.slice(0, Math.max(from, 0));
      if (older.length === 0) return [];
      await this.#state.transaction((t) => retireKeys(t, agentId, older, atMs));
      this.#put({ ...agent, keys: agent.keys.slice(from) });
      return older;
    });
  }

  /** From here on nothing signed by any of its keys counts, until it is enrolled again. @throws CampusError NOT_FOUND */
  revoke(agentId: string, reason: string, atMs: number, and: (t: StateTransaction) => Promise<void>): Promise<void> {
    return this.#turns.take(async () => {
      const agent = this.#known(agentId);
      if (agent.revoked !== undefined) return;
      await this.#state.transaction(async (t) => {
        const values = [agentId, atMs, reason];
        await t.run("UPDATE fleet_agent SET revoked_ms = $2, revoked_reason = $3 WHERE id = $1", values);
        await retireKeys(t, agentId, agent.keys, atMs);
        await and(t);
      });
      this.#put({ ...agent, revoked: { atMs, reason }, keys: [] });
    });
  }

  #known(id: string): EnrolledAgent {
    const agent = this.#agents.get(id);
    if (agent === undefined) throw notEnrolled(id);
    return agent;
  }

  #put(agent: EnrolledAgent): void {
    for (const { publicKey } of this.#agents.get(agent.id)?.keys ?? []) this.#keyObjects.delete(publicKey);
    this.#agents.set(agent.id, agent);
    const ids = this.#idsOf.get(agent.school) ?? new Set();
    this.#idsOf.set(agent.school, ids.add(agent.id));
  }
}

/** @throws StateError */
export async function openRegistry(state: State): Promise<Registry> {
  await state.prepare(AGENT_TABLES);
  return new Registry(state, await readAgents(state));
}

export function notEnrolled(id: string): CampusError {
  return new CampusError("NOT_FOUND", `no agent "${id}" is enrolled`);
}

async function insertKey(t: StateTransaction, agentId: string, { id, publicKey, sinceMs }: AgentKey): Promise<void> {
  // One that was retired before may come back, as when a disk was put back.
  await t.run("DELETE FROM fleet_key WHERE agent = $1 AND id = $2", [agentId, id]);
  await t.run("INSERT INTO fleet_key VALUES ($1, $2, $3, $4, NULL)", [agentId, id, publicKey, sinceMs]);
}

async function retireKeys(
  t: StateTransaction,
  agentId: string,
  keys: readonly AgentKey[],
  atMs: number,
): Promise<void> {
  for (const { id } of keys) {
    await t.run("UPDATE fleet_key SET retired_ms = $3 WHERE agent = $1 AND id = $2", [agentId, id, atMs]);
  }
}
