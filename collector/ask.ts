// One request to a running collector, for commands: one process holds store and state.
import { type ClientRequest, type IncomingMessage, type RequestOptions, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { Static, TSchema } from "typebox";
import { Value } from "typebox/value";
import { ErrorBodySchema } from "../contract/batch.ts";
import { CampusError, messageOf } from "../contract/errors.ts";
import { jsonIn } from "../contract/json.ts";

const DEADLINE_MS = 120_000;
const LOOPBACK = new Set(["127.0.0.1", "[::1]", "localhost"]);

export interface Asked {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** With its query. */
  path: string;
  /** Sent as JSON. */
  body?: unknown;
}

/**
 * What the collector answers with 200 or 201.
 * @throws CampusError with the collector's own code and sentence; `COLLECTOR_UNREACHABLE` when nobody answers to the end;
 *         `COLLECTOR_ANSWER` when what answers is no collector.
 */
export async function askCollector<S extends TSchema>(collector: string, asked: Asked, schema: S): Promise<Static<S>> {
  const { status, text } = await ask(new URL(asked.path, collector), asked).catch((cause: unknown) => {
    const message = `no collector answers at ${collector}: ${messageOf(cause)}`;
    throw new CampusError("COLLECTOR_UNREACHABLE", message, { cause, retryable: true });
  });
  const answer = jsonIn(text);
  const isSuccess = status === 200 || status === 201;
  if (isSuccess && Value.Check(schema, answer)) return answer;
  throw refusalIn(collector, status, isSuccess ? "" : text);
}

/** Whether commands can ask it. */
export function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** A request on its way to a collector; its body is still to come. */
export function openRequest(url: URL, options: RequestOptions): ClientRequest {
  if (url.protocol !== "https:") return requestHttp(url, options);
  // On this machine itself nobody sits on the way, and the certificate is for the name that others use.
  return requestHttps(url, { ...options, rejectUnauthorized: !LOOPBACK.has(url.hostname) });
}

/** The begin of the answer. */
export function responseOf(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once("response", resolve);
    request.once("error", (error) => {
      // Several addresses of one host fail together, with nothing in the message itself.
      reject(error instanceof AggregateError ? (error.errors[0] ?? error) : error);
    });
  });
}

export async function textOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString("utf8");
}

/** What a collector says is wrong; `COLLECTOR_ANSWER` for what does not look like its words. */
export function refusalIn(collector: string, status: number, text: string): CampusError {
  const answer = jsonIn(text);
  if (Value.Check(ErrorBodySchema, answer)) return new CampusError(answer.code, answer.message);
  return new CampusError(
    "COLLECTOR_ANSWER",
    `what answers at ${collector} (with ${status}) is no Campanile collector, or one of another version`,
  );
}

async function ask(url: URL, { method, body }: Asked): Promise<{ status: number; text: string }> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers =
    text === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(text) };
  const request = openRequest(url, { method, headers, signal: AbortSignal.timeout(DEADLINE_MS) });
  request.end(text);
  const response = await responseOf(request);
  return { status: response.statusCode ?? 0, text: await textOf(response) };
}
