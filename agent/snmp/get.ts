// GET of any number of values, in as few requests as the agent's answers allow.
import { ProbeError } from "../probes/probe.ts";
import type { Asker, Question } from "./asker.ts";
import { PDU } from "./ber.ts";
import { ERROR_STATUS, statusError } from "./failure.ts";
import type { Oid } from "./oid.ts";
import { type SnmpPeer, subjectOf } from "./peer.ts";
import { encodeRequest, envelopeOf, type RequestTemplate } from "./request.ts";
import type { Response } from "./response.ts";
import type { RefusedValues, SnmpValue } from "./value.ts";

/** Answer to a GET. */
export interface SnmpAnswer extends RefusedValues {
  /** One per OID asked; `undefined` where the device has no such value. */
  values: (SnmpValue | undefined)[];
  /** Values that arrived and could not be read. */
  refused: number;
}

/** Keeps an answer of long texts inside one datagram in most cases; where it does not, the agent says tooBig. */
const VARIABLES_PER_REQUEST = 32;

export class Getter {
  readonly #asker: Asker;
  /** A list of OIDs that is asked again and again, as profiles keep them, is cut and encoded once. */
  readonly #parts = new WeakMap<readonly Oid[], readonly (readonly Oid[])[]>();
  readonly #templates = new WeakMap<readonly Oid[], Templates>();

  constructor(asker: Asker) {
    this.#asker = asker;
  }

  get(peer: SnmpPeer, oids: readonly Oid[], signal: AbortSignal): Promise<SnmpAnswer> {
    return oids.length > VARIABLES_PER_REQUEST ? this.#getParts(peer, oids, signal) : this.#getPart(peer, oids, signal);
  }

  async #getParts(peer: SnmpPeer, oids: readonly Oid[], signal: AbortSignal): Promise<SnmpAnswer> {
    let answer: SnmpAnswer = { values: [], refused: 0 };
    for (const part of this.#partsOf(oids)) answer = joined(answer, await this.#getPart(peer, part, signal));
    return answer;
  }

  #getPart(peer: SnmpPeer, oids: readonly Oid[], signal: AbortSignal): Promise<SnmpAnswer> {
    if (oids.length === 0) return Promise.resolve({ values: [], refused: 0 });
    return new Promise((resolve, reject) => {
      this.#asker.ask(new PartQuestion(this, peer, oids, this.#template(peer, oids), signal, resolve, reject));
    });
  }

  /** The answer to one request, or what it takes to get one. */
  read(
    peer: SnmpPeer,
    oids: readonly Oid[],
    response: Response,
    signal: AbortSignal,
  ): SnmpAnswer | Promise<SnmpAnswer> {
    const { errorStatus, errorIndex } = response;
    if (errorStatus === ERROR_STATUS.none) {
      const answer = valuesOf(peer, oids, response);
      this.#asker.stats.valuesRefused += answer.refused;
      return answer;
    }
    if (errorStatus === ERROR_STATUS.tooBig && oids.length > 1) return this.#getHalves(peer, oids, signal);
    if (errorStatus === ERROR_STATUS.noSuchName && errorIndex >= 1 && errorIndex <= oids.length) {
      // SNMPv1 answers nothing when one of the values is not there (RFC 1157 section 4.1.2); some v2c agents do the same.
      return this.#getWithout(errorIndex - 1, peer, oids, signal);
    }
    if (errorStatus === ERROR_STATUS.genErr && errorIndex >= 1 && errorIndex <= oids.length && oids.length > 1) {
      // The agent cannot tell this one and answers none for its sake (RFC 3416 section 4.2.1): the others are asked again.
      this.#asker.stats.valuesRefused += 1;
      return this.#getWithout(errorIndex - 1, peer, oids, signal).then(({ values, refused }) => {
        return { values, refused: refused + 1 };
      });
    }
    throw statusError(subjectOf(peer), errorStatus, errorIndex);
  }

  async #getHalves(peer: SnmpPeer, oids: readonly Oid[], signal: AbortSignal): Promise<SnmpAnswer> {
    const half = Math.ceil(oids.length / 2);
    const before = await this.#getPart(peer, oids.slice(0, half), signal);
    return joined(before, await this.#getPart(peer, oids.slice(half), signal));
  }

  async #getWithout(at: number, peer: SnmpPeer, oids: readonly Oid[], signal: AbortSignal): Promise<SnmpAnswer> {
    const others = oids.filter((_, i) => i !== at);
    const { values, refused } = await this.#getPart(peer, others, signal);
    values.splice(at, 0, undefined);
    return { values, refused };
  }

  #partsOf(oids: readonly Oid[]): readonly (readonly Oid[])[] {
    const known = this.#parts.get(oids);
    if (known) return known;
    const parts: Oid[][] = [];
    for (let at = 0; at < oids.length; at += VARIABLES_PER_REQUEST) {
      parts.push(oids.slice(at, at + VARIABLES_PER_REQUEST));
    }
    this.#parts.set(oids, parts);
    return parts;
  }

  #template(peer: SnmpPeer, oids: readonly Oid[]): RequestTemplate {
    let templates = this.#templates.get(oids);
    if (templates === undefined) {
      templates = { v1: new Map(), v2c: new Map() };
      this.#templates.set(oids, templates);
    }
    const { version, community } = envelopeOf(peer);
    let template = templates[version].get(community);
    if (template === undefined) {
      const names = oids.map(({ bytes }) => ({ bytes, start: 0, end: bytes.length }));
      template = encodeRequest({ pdu: PDU.get, version, community, names, repetitions: 0 });
      templates[version].set(community, template);
    }
    return template;
  }
}

/** By community. */
interface Templates {
  v1: Map<string, RequestTemplate>;
  v2c: Map<string, RequestTemplate>;
}

/** One request of a GET. */
class PartQuestion implements Question {
  readonly peer: SnmpPeer;
  readonly template: RequestTemplate;
  readonly tries: number;
  readonly signal: AbortSignal;
  readonly #getter: Getter;
  readonly #oids: readonly Oid[];
  readonly #resolve: (answer: SnmpAnswer | Promise<SnmpAnswer>) => void;
  readonly failed: (error: unknown) => void;

  constructor(
    getter: Getter,
    peer: SnmpPeer,
    oids: readonly Oid[],
    template: RequestTemplate,
    signal: AbortSignal,
    resolve: (answer: SnmpAnswer | Promise<SnmpAnswer>) => void,
    reject: (error: unknown) => void,
  ) {
    this.peer = peer;
    this.template = template;
    this.tries = peer.retries + 1;
    this.signal = signal;
    this.#getter = getter;
    this.#oids = oids;
    this.#resolve = resolve;
    this.failed = reject;
  }

  answered(response: Response): void {
    this.#resolve(this.#getter.read(this.peer, this.#oids, response, this.signal));
  }
}

function valuesOf(peer: SnmpPeer, oids: readonly Oid[], response: Response): SnmpAnswer {
  const answer: SnmpAnswer = { values: [], refused: 0 };
  for (let i = 0; i < oids.length; i++) {
    const oid = oids[i];
    if (oid === undefined || i >= response.count || !response.isNamed(i, oid.bytes)) {
      throw new ProbeError("protocol", `${subjectOf(peer)}: the answer does not hold the values asked for`);
    }
    answer.values.push(response.value(i, answer));
  }
  return answer;
}

function joined(a: SnmpAnswer, b: SnmpAnswer): SnmpAnswer {
  return { values: [...a.values, ...b.values], refused: a.refused + b.refused };
}
