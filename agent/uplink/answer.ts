// What a collector's answer to a batch means. Pure: status, headers and body in, verdict out.
import Type, { type Static } from "typebox";
import { AckSchema, type ErrorBody, ErrorBodySchema, RefusedLineSchema } from "../../contract/batch.ts";
import { shapeGuard } from "../../contract/check.ts";
import { retryAfterMs } from "./backoff.ts";

export interface Answer {
  status: number;
  retryAfter: string | undefined;
  /** Where the answer sends us, when it does. */
  location?: string | undefined;
  body: string;
}

/**
 * An acknowledgement as an agent takes it: a collector that is newer than we are may refuse a line with a code that we do not
 * know, and a batch that it has stored must not wait for ever because of that.
 */
const TakenAckSchema = Type.Object({
  ...AckSchema.properties,
  refused: Type.Array(Type.Object({ ...RefusedLineSchema.properties, code: Type.String() })),
});
const isAck = shapeGuard(TakenAckSchema);
const isErrorBody = shapeGuard(ErrorBodySchema);

export type TakenAck = Static<typeof TakenAckSchema>;

/** The batch an answer is about. */
export interface BatchName {
  agent: string;
  session: string;
  sequence: number;
}

/**
 * `stored`: the batch may be forgotten. `refused`: it can never be stored. `retry`: the same again later, `slowly` when only a
 * person can change the answer.
 */
export type Verdict =
  | { kind: "stored"; ack: TakenAck }
  | { kind: "refused"; status: number; code: string; message: string }
  | { kind: "retry"; reason: string; slowly: boolean; retryAfterMs?: number };

/** Statuses by which a collector says that the batch itself is at fault. */
const BATCH_AT_FAULT = new Set([400, 413, 415, 422]);
/** Headers are the same for every batch: something on the way takes them off, and giving up batch after batch is no cure. */
const HEADERS_AT_FAULT = "BATCH_HEADERS";

export function judge(answer: Answer, batch: BatchName, realNowMs: number): Verdict {
  const { status } = answer;
  if (status === 200) return judgeAck(answer, batch);
  const waitMs = retryAfterMs(answer.retryAfter, realNowMs);
  const wait = waitMs === undefined ? {} : { retryAfterMs: waitMs };
  if (status >= 500 || status === 408 || status === 429) {
    return { kind: "retry", reason: `status ${status}${said(answer)}`, slowly: false, ...wait };
  }
  const body = errorBody(answer);
  // A proxy's page with status 400 says nothing about the batch: only the collector's own word lets us give data up. 413 is
  // the exception: whoever does not let so large a batch through never will, and everything behind it would wait for ever.
  if (BATCH_AT_FAULT.has(status) && (body || status === 413) && body?.code !== HEADERS_AT_FAULT) {
    return { kind: "refused", status, code: body?.code ?? "TOO_LARGE", message: body?.message ?? "too large" };
  }
  return { kind: "retry", reason: `status ${status}${said(answer)}`, slowly: true, ...wait };
}

function judgeAck({ body }: Answer, { agent, session, sequence }: BatchName): Verdict {
  const retry = (reason: string): Verdict => ({ kind: "retry", reason, slowly: false });
  const ack = parseJson(body);
  if (ack === undefined) return retry("status 200 with a body that is not JSON");
  if (!isAck(ack)) return retry("status 200 with a body that is not an acknowledgement");
  if (ack.agent !== agent || ack.session !== session || ack.sequence !== sequence) {
    return retry(`acknowledgement of another batch, ${ack.agent} ${ack.session} ${ack.sequence}`.slice(0, 200));
  }
  return { kind: "stored", ack };
}

/** What the collector said about its error, for the log. */
function said(answer: Answer): string {
  const body = errorBody(answer);
  if (body) return ` ${body.code}: ${body.message}`.slice(0, 300);
  // Not followed: readings go where the configuration says, and nowhere else.
  return answer.location === undefined ? "" : ` to ${placeOf(answer.location)}, is the collector's address right?`;
}

/** Without what follows the path, which may be another text each time, or a secret. */
function placeOf(location: string): string {
  return location.replace(/[?#].*$/s, "").slice(0, 200);
}

function errorBody({ body }: Answer): ErrorBody | undefined {
  const parsed = parseJson(body);
  return isErrorBody(parsed) ? parsed : undefined;
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined; // an answer that is not JSON is judged by its absence
  }
}
