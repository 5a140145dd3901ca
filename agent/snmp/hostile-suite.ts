// Agents for tests that answer what no honest agent would: any bytes, from any port, at any time.
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { compareOids, oidText, parseOid } from "./oid.ts";
import type { CommunityPeer } from "./peer.ts";

/** A request as a test wants to see it. */
export interface SeenRequest {
  version: "v1" | "v2c";
  operation: string;
  id: number;
  repetitions: number;
  /** Dotted. */
  names: string[];
  bytes: Buffer;
}

export interface Responder {
  peer: CommunityPeer;
  seen: SeenRequest[];
  /** Where the last request came from. */
  asker: { address: string; port: number };
  send(bytes: Buffer): void;
  close(): Promise<void>;
}

/** What to answer: datagrams, or nothing. `attempt` counts requests from 1. */
export type Script = (request: SeenRequest, attempt: number, responder: Responder) => Buffer | Buffer[] | undefined;

/** The same peer, asked by somebody who soon gives up. */
export function hurried(peer: CommunityPeer): CommunityPeer {
  return { ...peer, timeoutMs: 30 };
}

/** Starts an agent that answers by a script. Its peer waits longer than a busy machine takes, and asks once more. */
export async function startResponder(script: Script, host = "127.0.0.1"): Promise<Responder> {
  const socket = await boundSocket(host);
  const responder: Responder = {
    peer: { host, port: socket.address().port, community: "public", timeoutMs: 2_000, retries: 1 },
    seen: [],
    asker: { address: "", port: 0 },
    send: (bytes) => socket.send(bytes, responder.asker.port, responder.asker.address),
    close: () => closeSocket(socket),
  };
  socket.on("message", (bytes: Buffer, { address, port }: RemoteInfo) => {
    responder.asker = { address, port };
    const request = seenRequest(bytes);
    responder.seen.push(request);
    for (const answer of [script(request, responder.seen.length, responder) ?? []].flat()) responder.send(answer);
  });
  return responder;
}

/** Responders of a test, closed together. */
export class Responders {
  readonly #started: Responder[] = [];

  async start(script: Script, host?: string): Promise<Responder> {
    const responder = await startResponder(script, host);
    this.#started.push(responder);
    return responder;
  }

  async close(): Promise<void> {
    await Promise.all(this.#started.splice(0).map((responder) => responder.close()));
  }
}

export async function boundSocket(host: string): Promise<Socket> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  socket.bind(0, host);
  await once(socket, "listening");
  return socket;
}

export function closeSocket(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(resolve));
}

/** One variable as it stands in an answer. */
export interface Cell {
  name: string;
  tag: number;
  content: Uint8Array;
}

export const integerCell = (name: string, value: number): Cell => ({ name, tag: 0x02, content: Buffer.of(value) });
export const textCell = (name: string, text: string): Cell => ({ name, tag: 0x04, content: Buffer.from(text) });
export const endCell = (name: string): Cell => ({ name, tag: 0x82, content: Buffer.alloc(0) });

export interface Answer {
  id: number;
  status?: number;
  index?: number;
  cells?: readonly Cell[];
}

/** A Response message. */
export function answer({ id, status = 0, index = 0, cells = [] }: Answer): Buffer {
  const idBytes = Buffer.alloc(4);
  idBytes.writeInt32BE(id);
  const list = cells.map(({ name, tag, content }) => tlv(0x30, tlv(0x06, parseOid(name).bytes), tlv(tag, content)));
  const pdu = [tlv(0x02, idBytes), tlv(0x02, Buffer.of(status)), tlv(0x02, Buffer.of(index)), tlv(0x30, ...list)];
  return tlv(0x30, tlv(0x02, Buffer.of(1)), tlv(0x04, Buffer.from("public")), tlv(0xa2, ...pdu));
}

/** An agent with these rows that answers GETNEXT and GETBULK as RFC 3416 says, except requests it may not answer. */
export function tableAgent(rows: readonly Cell[], mayAnswer: (request: SeenRequest) => boolean = () => true): Script {
  return (request) => {
    return mayAnswer(request) ? answer({ id: request.id, cells: nextCells(rows, request) }) : undefined;
  };
}

/** What follows the names of a GETNEXT or GETBULK, row by row. */
export function nextCells(rows: readonly Cell[], { names, repetitions }: SeenRequest): Cell[] {
  const sorted = [...rows].sort((a, b) => compareNames(a.name, b.name));
  const next = (name: string) => sorted.find((row) => compareNames(row.name, name) > 0) ?? endCell(name);
  const cells: Cell[] = [];
  let asked = names;
  for (let i = 0; i < Math.max(1, repetitions); i++) {
    const row = asked.map(next);
    cells.push(...row);
    asked = row.map(({ name }) => name);
  }
  return cells;
}

/** Tag, length in its shortest form up to 65,535, and content. */
export function tlv(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content]);
  if (length < 0x100) return Buffer.concat([Buffer.of(tag, 0x81, length), content]);
  return Buffer.concat([Buffer.of(tag, 0x82, length >> 8, length & 0xff), content]);
}

function compareNames(a: string, b: string): number {
  const [x, y] = [parseOid(a).bytes, parseOid(b).bytes];
  return compareOids(x, 0, x.length, y, 0, y.length);
}

const OPERATIONS: Readonly<Record<number, string>> = { 160: "get", 161: "getnext", 165: "getbulk" };

/** Reads what our own engine sends, and nothing else: no check of anything. */
function seenRequest(bytes: Buffer): SeenRequest {
  const [message] = elements(bytes);
  const [version, , pdu] = elements(message?.content ?? bytes);
  const [id, , repetitions, list] = elements(pdu?.content ?? bytes);
  const names = elements(list?.content ?? bytes).map(({ content }) => {
    const [name] = elements(content);
    return (name && oidText(name.content, 0, name.content.length)) ?? "";
  });
  return {
    version: version?.content[0] === 0 ? "v1" : "v2c",
    operation: OPERATIONS[pdu?.tag ?? 0] ?? "",
    id: id?.content.readInt32BE() ?? 0,
    repetitions: repetitions?.content.readIntBE(0, repetitions.content.length) ?? 0,
    names,
    bytes,
  };
}

/** The elements that follow one another in these bytes. */
function elements(bytes: Buffer): { tag: number; content: Buffer }[] {
  const found: { tag: number; content: Buffer }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const short = bytes[at + 1] ?? 0;
    const more = short < 0x80 ? 0 : short - 0x80;
    const length = more === 0 ? short : bytes.readUIntBE(at + 2, more);
    const content = at + 2 + more;
    found.push({ tag: bytes[at] ?? 0, content: bytes.subarray(content, content + length) });
    at = content + length;
  }
  return found;
}
