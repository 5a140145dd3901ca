// What a healthy agent answers to one request: the semantics of RFC 3416 section 4.2 and, for v1, of RFC 1157 section 4.1.
import { contentBytes, lengthBytes, tlvBytes, writeHeader, writeValue } from "./ber.ts";
import { responseBytes, type SnmpRequest, writeResponse } from "./message.ts";
import { type Mib, oidTlv, type Variable } from "./mib.ts";
import { type Oid, startsWith } from "./oid.ts";
import type { Exception } from "./value.ts";

/** Answers requests from one Mib, in messages of at most `maxMessageBytes`. */
export type Answerer = (request: SnmpRequest, mib: Mib) => Buffer;

export function createAnswerer(maxMessageBytes: number): Answerer {
  const scratch = Buffer.allocUnsafe(maxMessageBytes);
  return (request, mib) => {
    const list = new BindingList(request, scratch);
    switch (request.operation) {
      case "get":
        return answerEach(request, list, (oid) => mib.get(oid) ?? exception(oid, missing(mib, oid)));
      case "getnext":
        return answerEach(request, list, (oid) => nextOf(request, mib, oid));
      case "getbulk":
        return answerBulk(request, mib, list);
      case "set":
        return refuseSet(request, mib);
    }
  };
}

/** Variable bindings one after another, as far as they fit into the message. */
class BindingList {
  readonly #request: SnmpRequest;
  readonly #scratch: Buffer;
  #length = 0;

  constructor(request: SnmpRequest, scratch: Buffer) {
    this.#request = request;
    this.#scratch = scratch;
  }

  get bytes(): Buffer {
    return this.#scratch.subarray(0, this.#length);
  }

  /** Adds a binding; false when the message would become too long, and then nothing is added. */
  add({ oidTlv, value }: Variable): boolean {
    const content = contentBytes(value);
    const inner = oidTlv.length + tlvBytes(content);
    const whole = 1 + lengthBytes(inner) + inner;
    if (responseBytes(this.#request, this.#length + whole) > this.#scratch.length) return false;
    let at = writeHeader(this.#scratch, this.#length, 0x30, inner);
    at += oidTlv.copy(this.#scratch, at);
    this.#length = writeValue(this.#scratch, at, value);
    return true;
  }
}

function answerEach(request: SnmpRequest, list: BindingList, find: (oid: Oid) => Variable): Buffer {
  for (const [i, oid] of request.oids.entries()) {
    const variable = find(oid);
    // v1 has neither exceptions nor Counter64: both are "no such name" (RFC 3584 section 4.1.2).
    if (request.version === "v1" && (isException(variable) || variable.value.type === "counter64")) {
      return writeResponse(request, "noSuchName", i + 1, request.bindings);
    }
    if (!list.add(variable)) return tooBig(request);
  }
  return writeResponse(request, "noError", 0, list.bytes);
}

/** Repeats row after row and stops where the message is full, or where every column has ended. */
function answerBulk(request: SnmpRequest, mib: Mib, list: BindingList): Buffer {
  const { nonRepeaters, maxRepetitions, oids } = request;
  for (const oid of oids.slice(0, nonRepeaters)) {
    if (!list.add(nextOf(request, mib, oid))) return list.bytes.length > 0 ? ok(request, list) : tooBig(request);
  }
  let row = oids.slice(nonRepeaters);
  for (let repetition = 0; repetition < maxRepetitions && row.length > 0; repetition++) {
    let ended = 0;
    const after: Oid[] = [];
    for (const oid of row) {
      const variable = nextOf(request, mib, oid);
      if (!list.add(variable)) return list.bytes.length > 0 ? ok(request, list) : tooBig(request);
      if (isException(variable)) ended += 1;
      after.push(variable.oid);
    }
    if (ended === row.length) break;
    row = after;
  }
  return ok(request, list);
}

/** Nothing here can be written: notWritable for what exists, noAccess for the rest; v1 has only noSuchName for both. */
function refuseSet(request: SnmpRequest, mib: Mib): Buffer {
  const [first] = request.oids;
  const exists = first !== undefined && mib.get(first) !== undefined;
  const status = request.version === "v1" ? "noSuchName" : exists ? "notWritable" : "noAccess";
  return writeResponse(request, status, first === undefined ? 0 : 1, request.bindings);
}

function ok(request: SnmpRequest, list: BindingList): Buffer {
  return writeResponse(request, "noError", 0, list.bytes);
}

/** v2c leaves the bindings out (RFC 3416 section 4.2.1), v1 hands back those of the request. */
function tooBig(request: SnmpRequest): Buffer {
  return writeResponse(request, "tooBig", 0, request.version === "v1" ? request.bindings : new Uint8Array(0));
}

function nextOf(request: SnmpRequest, mib: Mib, oid: Oid): Variable {
  let variable = mib.next(oid);
  while (request.version === "v1" && variable?.value.type === "counter64") variable = mib.next(variable.oid);
  return variable ?? exception(oid, "endOfMibView");
}

/**
 * Which of the two exceptions a missing variable deserves. We know rows, not objects, so an object counts as known
 * when a row differs from the asked one in its last arc only; real agents are no better at it.
 */
function missing(mib: Mib, oid: Oid): Exception {
  const object = oid.slice(0, -1);
  const neighbour = mib.next(object);
  return neighbour && startsWith(neighbour.oid, object) ? "noSuchInstance" : "noSuchObject";
}

function exception(oid: Oid, type: Exception): Variable {
  return { oid, oidTlv: oidTlv(oid), value: { type } };
}

function isException({ value }: Variable): boolean {
  return value.type === "noSuchObject" || value.type === "noSuchInstance" || value.type === "endOfMibView";
}
