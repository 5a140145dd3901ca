// What an error of ingest is on HTTP: status, body, and when to come again.
import type { FastifyError, FastifyRequest } from "fastify";
import { type ErrorBody, HEADER, IDENTITY_STATUS } from "../../contract/batch.ts";
import { CampusError } from "../../contract/errors.ts";
import { StoreError } from "../store/store.ts";

export interface ErrorAnswer {
  status: number;
  body: ErrorBody;
  retryAfterSeconds?: number;
}

const RETRY_WHEN_BUSY_SECONDS = 1;
const RETRY_WHEN_STORE_IS_AWAY_SECONDS = 15;

/** Status of our own codes. 422 for what the store will never take: the agent counts it and goes on with the next batch. */
const STATUS: Readonly<Record<string, number>> = {
  ...IDENTITY_STATUS,
  CERTIFICATE_MISSING: 401,
  CERTIFICATE_WRONG: 403,
  BATCH_EMPTY: 400,
  BATCH_CUT: 400,
  BATCH_NOT_GZIP: 400,
  BATCH_PARTS: 400,
  BATCH_TOO_LARGE: 413,
  BATCH_ENCODING: 415,
  BUSY: 429,
};

/** @throws what is none of ours: the application's own handler answers it */
export function answerOf(error: FastifyError | CampusError, request: FastifyRequest): ErrorAnswer {
  if (error instanceof StoreError) return answerOfStore(error, request);
  if (error instanceof CampusError) {
    const status = STATUS[error.code];
    if (status === undefined && !error.retryable) throw error;
    const body = { code: error.code, message: error.message };
    if (status === undefined) return { status: 503, body, retryAfterSeconds: RETRY_WHEN_STORE_IS_AWAY_SECONDS };
    return status === 429 ? { status, body, retryAfterSeconds: RETRY_WHEN_BUSY_SECONDS } : { status, body };
  }
  if (error.validationContext === "headers") {
    const details = error.validation?.map(({ instancePath, params, message }) => ({
      path: instancePath.slice(1) || missingNames(params),
      message,
    }));
    return { status: 400, body: { code: "BATCH_HEADERS", message: error.message, details } };
  }
  if (error.code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") {
    return { status: 415, body: { code: "BATCH_MEDIA_TYPE", message: "a batch is text/plain" } };
  }
  throw error;
}

function answerOfStore(error: StoreError, request: FastifyRequest): ErrorAnswer {
  const agentId = request.headers[HEADER.agent];
  if (!error.retryable) {
    request.log.error({ err: error, agentId }, "store refused a batch for good");
    return { status: 422, body: { code: error.code, message: "the store will never take this batch" } };
  }
  request.log.warn({ err: error, agentId }, "store unavailable, agent told to send again");
  const body = { code: error.code, message: "the store is unavailable, send this batch again" };
  return { status: 503, body, retryAfterSeconds: RETRY_WHEN_STORE_IS_AWAY_SECONDS };
}

/** A header that is not there has no path of its own: ajv names one property, typebox a list of them. */
function missingNames(params: Record<string, unknown>): string {
  const { missingProperty, requiredProperties } = params;
  if (typeof missingProperty === "string") return missingProperty;
  return Array.isArray(requiredProperties) ? requiredProperties.join(", ") : "";
}
