// GET of any number of values, in as few requests as the agent's answers allow.
import { ProbeError } from "../probes/probe.ts";
import { PDU } from "./ber.ts";
import { type Exchange, type SnmpPeer, subjectOf } from "./exchange.ts";
import { ERROR_STATUS, statusError } from "./failure.ts";
import type { Oid } from "./oid.ts";
import { encodeRequest, type RequestTemplate } from "./request.ts";
import type { Response } from "./response.ts";
import type { RefusedValues, SnmpValue } from "./value.ts";

/** Answer to a GET. */
export interface SnmpAnswer {
  /** One per OID asked; `undefined` where the device has no such value. */
  values: (SnmpValue | undefined)[];
  /** Values that arrived and could not be read. */
  refused: number;
}

/** Keeps an answer of long texts inside one datagram in most cases; where it does not, the agent says tooBig. */
const VARIABLES_PER_REQUEST = 32;

type Outcome = { kind: "values"; answer: SnmpAnswer } | { kind: "tooBig" } | { kind: "missing"; at: number };

export class Getter {
  readonly #exchange: Exchange;
  /** A list of OIDs that is asked again and again, as profiles keep them, is cut and encoded once. */
  readonly #parts = new WeakMap<readonly Oid[], readonly (readonly Oid[])[]>();
  readonly #templates = new WeakMap<readonly Oid[], Map<string, RequestTemplate>>();

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  async get(peer: SnmpPeer, oids: readonly Oid[], signal: AbortSignal): Promise<SnmpAnswer> {
    const [first, ...others] = this.#partsOf(oids);
    if (first === undefined) return { values: [], refused: 0 };
    let answer = await this.#getPart(peer, first, signal);
    for (const part of others) answer = joined(answer, await this.#getPart(peer, part, signal));
    this.#exchange.stats.valuesRefused += answer.refused;
    return answer;
  }

  async #getPart(peer: SnmpPeer, oids: readonly Oid[], signal: AbortSignal): Promise<SnmpAnswer> {
    if (oids.length === 0) return { values: [], refused: 0 };
    const outcome = await this.#exchange.ask({
      peer,
      template: this.#template(peer, oids),
      tries: peer.retries + 1,
      signal,
      take: (response) => readAnswer(peer, oids, response),
    });
    switch (outcome.kind) {
      case "values":
        return outcome.answer;
      case "tooBig": {
        const half = Math.ceil(oids.length / 2);
        const before = await this.#getPart(peer, oids.slice(0, half), signal);
        return joined(before, await this.#getPart(peer, oids.slice(half), signal));
      }
      case "missing": {
        const { values, refused } = await this.#getPart(
          peer,
          oids.filter((_, i) => i !== outcome.at),
          signal,
        );
        values.splice(outcome.at, 0, undefined);
        return { values, refused };
      }
    }
  }

  #partsOf(oids: readonly Oid[]): readonly (readonly Oid[])[] {
    if (oids.length <= VARIABLES_PER_REQUEST) return [oids];
    const known = this.#parts.get(oids);
    if (known) return known;
    const parts: Oid[][] = [];
    for (let at = 0; at < oids.length; at += VARIABLES_PER_REQUEST) {
      parts.push(oids.slice(at, at + VARIABLES_PER_REQUEST));
    }
    this.#parts.set(oids, parts);
    return parts;
  }

  #template({ community, version = "v2c" }: SnmpPeer, oids: readonly Oid[]): RequestTemplate {
    let templates = this.#templates.get(oids);
    if (templates === undefined) {
      templates = new Map();
      this.#templates.set(oids, templates);
    }
    const key = `${version} ${community}`;
    let template = templates.get(key);
    if (template === undefined) {
      const names = oids.map(({ bytes }) => ({ bytes, start: 0, end: bytes.length }));
      template = encodeRequest({ pdu: PDU.get, version, community, names, repetitions: 0 });
      templates.set(key, template);
    }
    return template;
  }
}

function readAnswer(peer: SnmpPeer, oids: readonly Oid[], response: Response): Outcome {
  const { errorStatus, errorIndex } = response;
  if (errorStatus === ERROR_STATUS.tooBig && oids.length > 1) return { kind: "tooBig" };
  if (errorStatus === ERROR_STATUS.noSuchName && errorIndex >= 1 && errorIndex <= oids.length) {
    // SNMPv1 answers nothing when one of the values is not there (RFC 1157 section 4.1.2); some v2c agents do the same.
    return { kind: "missing", at: errorIndex - 1 };
  }
  if (errorStatus !== ERROR_STATUS.none) throw statusError(subjectOf(peer), errorStatus, errorIndex);
  const counter: RefusedValues = { refused: 0 };
  const values: (SnmpValue | undefined)[] = [];
  for (let i = 0; i < oids.length; i++) {
    const oid = oids[i];
    if (oid === undefined || i >= response.count || !response.isNamed(i, oid.bytes)) {
      throw new ProbeError("protocol", `${subjectOf(peer)}: the answer does not hold the values asked for`);
    }
    values.push(response.value(i, counter));
  }
  return { kind: "values", answer: { values, refused: counter.refused } };
}

function joined(a: SnmpAnswer, b: SnmpAnswer): SnmpAnswer {
  return { values: [...a.values, ...b.values], refused: a.refused + b.refused };
}
