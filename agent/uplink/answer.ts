// What a collector's answer to a request means for the batches in it. Pure: status, headers and body in, verdict out.
import Type, { type Static } from "typebox";
import { AckSchema, type ErrorBody, ErrorBodySchema, PartsAckSchema, RefusedLineSchema } from "../../contract/batch.ts";
import { shapeGuard } from "../../contract/check.ts";
import { jsonIn } from "../../contract/json.ts";
import { retryAfterMs } from "./backoff.ts";
import { hintFor } from "./hints.ts";

export interface Answer {
  status: number;
  retryAfter: string | undefined;
  /** Where the answer sends us, when it does. */
  location?: string | undefined;
  /** How many batches the collector takes in one request; absent when it does not say that it takes several. */
  parts?: string | undefined;
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
const isPartsAck = shapeGuard(Type.Object({ ...PartsAckSchema.properties, acks: Type.Array(TakenAckSchema) }));
const isErrorBody = shapeGuard(ErrorBodySchema);

export type TakenAck = Static<typeof TakenAckSchema>;

/** The batch an answer is about. */
export interface BatchName {
  agent: string;
  session: string;
  sequence: number;
}

/** It can never be stored. */
export interface Refused {
  kind: "refused";
  status: number;
  code: string;
  message: string;
}

/** The same again later. */
export interface Retry {
  kind: "retry";
  reason: string;
  /**
   * `batch`: the collector failed on this batch, and others may pass. `collector`: it takes none at present. `network`: there
   * was no answer.
   */
  fault: "batch" | "collector" | "network";
  /** Only a person can change the answer. */
  slowly: boolean;
  retryAfterMs?: number;
  /** Absent without a word of the collector's own. */
  said?: { status: number; code: string; message: string };
}

/** What an answer means for the batches of a request, in their order. */
export interface Judgement {
  /** Of the first ones: they may be forgotten. */
  acks: TakenAck[];
  /** Why the batch after them was not taken; absent when all were, or the collector stopped there without a reason. */
  problem?: Refused | Retry;
  /** Whether the problem is of that very batch, and not of the request as a whole. */
  isOfBatch: boolean;
}

export function judge(answer: Answer, batches: readonly BatchName[], realNowMs: number): Judgement {
  const [first] = batches;
  if (batches.length > 1) return judgeSeveral(answer, batches, realNowMs);
  if (answer.status !== 200 || first === undefined) {
    return { acks: [], problem: judgeProblem(answer, realNowMs), isOfBatch: true };
  }
  const ack = jsonIn(answer.body);
  if (ack === undefined) return nonsense("status 200 with a body that is not JSON");
  if (!isAck(ack)) return nonsense("status 200 with a body that is not an acknowledgement");
  if (!isOf(ack, first)) return nonsense(otherBatch(ack));
  return { acks: [ack], isOfBatch: true };
}

function judgeSeveral(answer: Answer, batches: readonly BatchName[], realNowMs: number): Judgement {
  if (answer.status !== 200) return { acks: [], problem: judgeProblem(answer, realNowMs), isOfBatch: false };
  const body = jsonIn(answer.body);
  if (!isPartsAck(body)) return nonsense("status 200 with a body that does not acknowledge several batches");
  const wrong = body.acks.findIndex((ack, i) => !isOf(ack, batches[i]));
  const acks = wrong < 0 ? body.acks : body.acks.slice(0, wrong);
  const strange = body.acks[wrong];
  if (strange) return { ...nonsense(otherBatch(strange)), acks };
  const next = batches[acks.length];
  if (body.problem && body.problem.sequence === next?.sequence) {
    const { status, code, message } = body.problem;
    const alone = { status, retryAfter: answer.retryAfter, body: JSON.stringify({ code, message }) };
    return { acks, problem: judgeProblem(alone, realNowMs), isOfBatch: true };
  }
  return acks.length === 0 ? nonsense("status 200 that acknowledges nothing") : { acks, isOfBatch: true };
}

function isOf(ack: TakenAck, batch: BatchName | undefined): boolean {
  return ack.agent === batch?.agent && ack.session === batch.session && ack.sequence === batch.sequence;
}

function otherBatch({ agent, session, sequence }: TakenAck): string {
  return `acknowledgement of another batch, ${agent} ${session} ${sequence}`.slice(0, 200);
}

function nonsense(reason: string): Judgement {
  return { acks: [], problem: { kind: "retry", reason, fault: "collector", slowly: false }, isOfBatch: false };
}

/** Statuses by which a collector says that the batch itself is at fault. */
const BATCH_AT_FAULT = new Set([400, 413, 415, 422]);
/** The name is taken or passed over: no repetition will change that. */
const NAME_AT_FAULT = new Set(["BATCH_CONFLICT", "BATCH_OUT_OF_ORDER"]);
/** Headers are the same for every batch: something on the way takes them off, and giving up batch after batch is no cure. */
const HEADERS_AT_FAULT = "BATCH_HEADERS";
/** We know what we sent to be whole, so it was changed on the way. */
const CHANGED_ON_THE_WAY = new Set(["BATCH_CUT", "BATCH_EMPTY", "BATCH_NOT_GZIP", "BATCH_PARTS", "BATCH_REPLAYED"]);
/** The collector as a whole has no room or no time. */
const COLLECTOR_AT_FAULT = new Set([502, 503, 504]);

/** An answer to one batch that is not an acknowledgement. */
function judgeProblem(answer: Answer, realNowMs: number): Refused | Retry {
  const { status } = answer;
  const body = errorBody(answer);
  const { code = "" } = body ?? {};
  const waitMs = retryAfterMs(answer.retryAfter, realNowMs);
  const retry = (change: Pick<Retry, "fault" | "slowly">): Retry => ({
    kind: "retry",
    reason: reasonOf(answer, body),
    ...change,
    ...(waitMs !== undefined && { retryAfterMs: waitMs }),
    ...(body && { said: { status, code, message: body.message } }),
  });
  if (status >= 500 || status === 408 || status === 429) {
    const isOfBatch = body !== undefined && status >= 500 && !COLLECTOR_AT_FAULT.has(status);
    return retry({ fault: isOfBatch ? "batch" : "collector", slowly: false });
  }
  if (CHANGED_ON_THE_WAY.has(code)) return retry({ fault: "batch", slowly: false });
  // A proxy's page with status 400 says nothing about the batch: only the collector's own word lets us give data up. 413 is
  // the exception: whoever does not let so large a batch through never will, and everything behind it would wait for ever.
  const isAtFault = BATCH_AT_FAULT.has(status) && (body || status === 413) && code !== HEADERS_AT_FAULT;
  if (isAtFault || (status === 409 && NAME_AT_FAULT.has(code))) {
    return { kind: "refused", status, code: body?.code ?? "TOO_LARGE", message: body?.message ?? "too large" };
  }
  // A link that spoils bytes does so now and then: no person is needed the first time.
  return retry({ fault: "collector", slowly: code !== "SIGNATURE_INVALID" });
}

/** Another session of the agent has begun since. */
export function isSuperseded(problem: Retry): boolean {
  return problem.said?.code === "SESSION_SUPERSEDED";
}

/** The collector finds the request wrong as it is, and not the one who sends it. */
export function isClientError(problem: Refused | Retry): boolean {
  const { status = 0 } = problem.kind === "refused" ? problem : (problem.said ?? {});
  return status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status);
}

/** For people: what the collector said, and what they can do. */
function reasonOf(answer: Answer, body: ErrorBody | undefined): string {
  const { status, location } = answer;
  if (body?.code === "PAUSED") return body.message.slice(0, 300);
  if (body) {
    const hint = hintFor(body.code);
    return `status ${status} ${body.code}: ${body.message}`.slice(0, 300) + (hint === undefined ? "" : `; ${hint}`);
  }
  // Not followed: readings go where the configuration says, and nowhere else.
  return location === undefined
    ? `status ${status}`
    : `status ${status} to ${placeOf(location)}, is the collector's address right?`;
}

/** Without what follows the path, which may be another text each time, or a secret. */
function placeOf(location: string): string {
  return location.replace(/[?#].*$/s, "").slice(0, 200);
}

function errorBody({ body }: Answer): ErrorBody | undefined {
  const parsed = jsonIn(body);
  return isErrorBody(parsed) ? parsed : undefined;
}
