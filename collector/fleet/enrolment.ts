// Enrolment: a code and a new key in, an agent's name out. One code, one agent; who did not hear the answer may ask again.

import { CampusError } from "../../contract/errors.ts";
import type { EnrolAnswer, EnrolRequest, NewKeyRequest } from "../../contract/fleet.ts";
import { enrolText, isSignedBy, keyIdOf, newKeyText, publicKeyFrom } from "../../contract/identity.ts";
import { Turns } from "../../contract/turns.ts";
import type { Inventory, School } from "../inventory/inventory.ts";
import type { Code, Codes } from "./codes.ts";
import type { FleetEvents } from "./events.ts";
import { Guesses } from "./guesses.ts";
import type { Registry } from "./registry.ts";

export interface EnrolmentOptions {
  registry: Registry;
  codes: Codes;
  events: FleetEvents;
  /** In force now; absent until one was imported. */
  inventory(): Inventory | undefined;
  nowMs(): number;
}

/** Too many wrong codes; the try was not looked at. */
export class TooManyTries extends CampusError {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super("TOO_MANY_TRIES", `too many wrong codes came in, try again in ${retryAfterSeconds} s`, { retryable: true });
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface CodeWish {
  schoolId: string;
  /** Absent: the school's next. */
  agent?: string | undefined;
  validMs: number;
  /** The address it was asked for from. */
  from: string;
}

export interface MadeCode {
  code: string;
  school: School;
  /** The agent is enrolled already: its present keys end when the code is used. */
  isAgain: boolean;
  expiresAtMs: number;
}

export class Enrolment {
  readonly guesses = new Guesses();
  readonly #options: EnrolmentOptions;
  /** One enrolment at a time, or one code could be used twice, and one name given twice. */
  readonly #turns = new Turns();

  constructor(options: EnrolmentOptions) {
    this.#options = options;
  }

  /** @throws CampusError NOT_FOUND for a school that the inventory lacks, AGENT_ELSEWHERE for another school's agent */
  async makeCode({ schoolId, agent, validMs, from }: CodeWish): Promise<MadeCode> {
    const { registry, codes, events, inventory, nowMs } = this.#options;
    const school = inventory()?.school(schoolId);
    if (school === undefined) throw new CampusError("NOT_FOUND", `there is no school "${schoolId}" in the inventory`);
    const known = agent === undefined ? undefined : registry.agent(agent);
    const elsewhere = agent === undefined ? undefined : (known?.school ?? inventory()?.schoolOfAgent(agent)?.id);
    if (elsewhere !== undefined && elsewhere !== schoolId) {
      throw belongsElsewhere(agent ?? "", elsewhere, schoolId);
    }
    const expiresAtMs = nowMs() + validMs;
    const about = { school: schoolId, ...(agent === undefined ? {} : { agent }) };
    const code = await codes.make({ ...about, expiresAtMs }, nowMs(), (t) =>
      events.keep(t, {
        school: schoolId,
        ...(known === undefined ? {} : { agent: known.id }),
        kind: "CODE_MADE",
        address: from,
        text: `a code was made for ${agent === undefined ? "a new agent" : `agent "${agent}"`} of ${school.name}`,
      }),
    );
    return { code, school, isAgain: known !== undefined, expiresAtMs };
  }

  /**
   * @throws CampusError CODE_UNKNOWN, CODE_USED, CODE_EXPIRED or AGENT_ELSEWHERE; KEY_NOT_PROVED when the key is not the asker's own;
   *   TooManyTries
   */
  enrol(request: EnrolRequest, from: string): Promise<EnrolAnswer> {
    const { nowMs } = this.#options;
    const waitSeconds = this.guesses.waitSeconds(from, nowMs());
    if (waitSeconds !== undefined) return Promise.reject(new TooManyTries(waitSeconds));
    return this.#turns.take(() => this.#enrol(request, from));
  }

  /**
   * A key that is to take the place of the one the request was signed with. The same again changes nothing.
   * @returns the key's id
   * @throws CampusError KEY_NOT_PROVED; KEY_UNKNOWN when the asking key stopped counting meanwhile
   */
  async addKey(agentId: string, askingKey: string, request: NewKeyRequest, from: string): Promise<string> {
    const { registry, events, nowMs } = this.#options;
    const { publicKey, signature } = request;
    if (!isSignedBy(newKeyText(agentId, publicKey), signature, publicKeyFrom(publicKey))) {
      throw new CampusError("KEY_NOT_PROVED", "the signature is not the new key's own over the agent and the key");
    }
    const key = await registry.addKey(agentId, askingKey, publicKey, Math.round(nowMs()), (t) =>
      events.keep(t, {
        ...aboutAgent(registry, agentId),
        kind: "KEY_ADDED",
        address: from,
        text: `agent "${agentId}" registered key ${keyIdOf(publicKey)}, to take the place of ${askingKey}`,
      }),
    );
    return key.id;
  }

  /** @throws CampusError NOT_FOUND for an agent that was never enrolled */
  async revoke(agentId: string, reason: string, from: string): Promise<void> {
    const { registry, events, nowMs } = this.#options;
    await registry.revoke(agentId, reason, Math.round(nowMs()), (t) =>
      events.keep(t, {
        ...aboutAgent(registry, agentId),
        kind: "REVOKED",
        address: from,
        text: `agent "${agentId}" was revoked: ${reason}`,
      }),
    );
  }

  async #enrol(request: EnrolRequest, from: string): Promise<EnrolAnswer> {
    const { registry, codes, nowMs } = this.#options;
    const { code: written, publicKey } = request;
    if (!isOwnKey(request)) {
      throw new CampusError("KEY_NOT_PROVED", "the signature is not the new key's own over the code and the key");
    }
    const keyId = keyIdOf(publicKey);
    const code = await codes.find(written);
    const school = code && this.#options.inventory()?.school(code.school);
    if (code === undefined || school === undefined) throw this.#refused("CODE_UNKNOWN", UNKNOWN, from, code);
    if (code.used !== undefined) {
      const { used } = code;
      if (used.keyId !== keyId || registry.key(used.agent, keyId) === undefined) {
        throw this.#refused("CODE_USED", USED, from, code);
      }
      return this.#answer(used.agent, school, keyId); // the answer to the first time was lost
    }
    if (nowMs() >= code.expiresAtMs) throw this.#refused("CODE_EXPIRED", EXPIRED, from, code);
    const agentId = code.agent ?? this.#nextName(school.id);
    const elsewhere = registry.agent(agentId)?.school ?? school.id;
    if (elsewhere !== school.id) throw belongsElsewhere(agentId, elsewhere, school.id); // since the code was made
    await this.#register(request, { agentId, school: school.id, keyId, from });
    return this.#answer(agentId, school, keyId);
  }

  async #register(
    { code, publicKey, host, version }: EnrolRequest,
    { agentId, school, keyId, from }: { agentId: string; school: string; keyId: string; from: string },
  ): Promise<void> {
    const { registry, codes, events, nowMs } = this.#options;
    const isAgain = registry.agent(agentId) !== undefined;
    const atMs = Math.round(nowMs());
    const on = host === undefined ? "" : ` on ${host}`;
    const text = `agent "${agentId}" was enrolled${isAgain ? " again" : ""}${on} with key ${keyId}`;
    const about = { id: agentId, school, version, ...(host === undefined ? {} : { host }) };
    await registry.enrol({ ...about, publicKey, atMs }, async (t) => {
      await codes.use(t, code, agentId, keyId, atMs);
      const kind = isAgain ? "ENROLLED_AGAIN" : "ENROLLED";
      await events.keep(t, { agent: agentId, school, kind, address: from, text });
    });
  }

  #answer(agent: string, school: School, key: string): EnrolAnswer {
    return { agent, school: school.id, schoolName: school.name, key, nowMs: this.#options.nowMs() };
  }

  /** The first of the school's agents in the inventory that is not enrolled, or else SCHOOL-N. */
  #nextName(school: string): string {
    const { registry, inventory } = this.#options;
    const listed = inventory()
      ?.agentsOf(school)
      .find(({ id }) => registry.agent(id) === undefined);
    if (listed !== undefined) return listed.id;
    for (let n = 1; ; n += 1) {
      const name = `${school}-${n}`;
      if (registry.agent(name) === undefined && inventory()?.schoolOfAgent(name) === undefined) return name;
    }
  }

  #refused(code: string, message: string, from: string, known: Code | undefined): CampusError {
    const { events, nowMs, registry } = this.#options;
    this.guesses.wrong(from, nowMs());
    const agent = known?.used?.agent ?? known?.agent;
    const isEnrolled = agent !== undefined && registry.agent(agent) !== undefined;
    const about = { ...(isEnrolled ? { agent } : {}), ...(known === undefined ? {} : { school: known.school }) };
    events.note({ ...about, kind: "CODE_REFUSED", address: from, text: `somebody tried to enrol: ${message}` });
    return new CampusError(code, message);
  }
}

const UNKNOWN = "no such code was made here; is it spelled right, and is this the right collector?";
const USED = "this code was used already; ask for another one";
const EXPIRED = "this code has expired; ask for another one";

function belongsElsewhere(agent: string, owner: string, asked: string): CampusError {
  return new CampusError("AGENT_ELSEWHERE", `agent "${agent}" belongs to school ${owner}, not to ${asked}`);
}

function aboutAgent(registry: Registry, agentId: string): { agent: string; school?: string } {
  const school = registry.agent(agentId)?.school;
  return { agent: agentId, ...(school === undefined ? {} : { school }) };
}

function isOwnKey({ code, publicKey, signature }: EnrolRequest): boolean {
  return isSignedBy(enrolText(code, publicKey), signature, publicKeyFrom(publicKey));
}
