// HTTP front door for batches: POST /v1/batches (contract/batch.ts).
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyError, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { AckSchema, ErrorBodySchema, HEADER, ID_PATTERN, MAX_BATCH_BYTES } from "../../contract/batch.ts";
import { CampusError } from "../../contract/errors.ts";
import { StoreError } from "../store/store.ts";
import { Gate, type Place } from "./gate.ts";
import { contentEncoding, inflate } from "./inflate.ts";
import type { Ingest } from "./ingest.ts";

export interface IngestHttpOptions {
  ingest: Ingest;
  /** Batches being received, inflated and stored at once; each may take MAX_INFLATED_BYTES and its columns. */
  maxInWork?: number;
}

const Id = Type.String({ pattern: ID_PATTERN });
const HeadersSchema = Type.Object({
  [HEADER.agent]: Id,
  [HEADER.session]: Id,
  [HEADER.sequence]: Type.String({ pattern: "^[1-9][0-9]{0,14}$" }),
  [HEADER.sentAt]: Type.Optional(Type.String({ pattern: "^[0-9]{1,15}$" })),
});

const DEFAULT_IN_WORK = 8;
const RETRY_WHEN_FULL_SECONDS = "1";
const RETRY_WHEN_STORE_IS_AWAY_SECONDS = "15";

/**
 * Answers 200 only once the batch is stored, so that an agent may forget what the ack covers. 403, 413, 415, 422 and
 * 400 are final for these bytes; 429 and 503 say when to send them again.
 */
export const ingestHttp: FastifyPluginAsync<IngestHttpOptions> = async (app, { ingest, maxInWork }) => {
  const gate = new Gate(maxInWork ?? DEFAULT_IN_WORK);
  const places = new WeakMap<FastifyRequest, Place>();

  // Only here do bodies stay bytes; other routes keep the application's own parsers.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ["text/plain", "application/octet-stream"],
    { parseAs: "buffer", bodyLimit: MAX_BATCH_BYTES },
    (_request, body, done) => done(null, body),
  );
  app.setErrorHandler(answerError);
  app.addHook("onRequest", async (request, reply) => {
    const place = gate.enter();
    if (place === undefined) {
      reply.header("retry-after", RETRY_WHEN_FULL_SECONDS);
      return reply.code(429).send({ code: "BUSY", message: "too many batches are in work, send this one again" });
    }
    places.set(request, place);
    reply.raw.once("close", place.letGo);
  });

  app.withTypeProvider<TypeBoxTypeProvider>().post(
    "/v1/batches",
    {
      bodyLimit: MAX_BATCH_BYTES,
      schema: {
        summary: "Store an agent's batch of lines; answers when it is durable",
        consumes: ["text/plain"],
        headers: HeadersSchema,
        response: { 200: AckSchema, "4xx": ErrorBodySchema, "5xx": ErrorBodySchema },
      },
    },
    async (request) => {
      const place = places.get(request);
      place?.hold(); // a client that goes away closes the reply while its batch is still in work
      try {
        const encoding = contentEncoding(request.headers["content-encoding"]);
        if (encoding === undefined) {
          throw new CampusError("BATCH_ENCODING", `content-encoding is neither gzip nor identity`);
        }
        if (!(request.body instanceof Uint8Array)) throw new CampusError("BATCH_EMPTY", "a batch has a body of lines");
        const { headers } = request;
        const sentAt = headers[HEADER.sentAt];
        return await ingest.accept({
          agentId: headers[HEADER.agent],
          session: headers[HEADER.session],
          sequence: Number(headers[HEADER.sequence]),
          ...(sentAt === undefined ? {} : { sentAtMs: Number(sentAt) }),
          lines: await inflate(request.body, encoding),
        });
      } finally {
        place?.letGo();
      }
    },
  );
};

/** Status of our own codes. 422 for what the store will never take: the agent counts it and goes on with the next batch. */
const STATUS: Readonly<Record<string, number>> = {
  AGENT_UNKNOWN: 403,
  BATCH_EMPTY: 400,
  BATCH_NOT_GZIP: 400,
  BATCH_TOO_LARGE: 413,
  BATCH_ENCODING: 415,
};

function answerError(error: FastifyError | CampusError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof StoreError) return answerStoreError(error, request, reply);
  if (error instanceof CampusError) {
    const status = STATUS[error.code];
    if (status === undefined) throw error;
    return reply.code(status).send({ code: error.code, message: error.message });
  }
  if (error.validationContext === "headers") {
    const details = error.validation?.map(({ instancePath, params, message }) => ({
      path: instancePath.slice(1) || missingNames(params),
      message,
    }));
    return reply.code(400).send({ code: "BATCH_HEADERS", message: error.message, details });
  }
  if (error.code === "FST_ERR_CTP_BODY_TOO_LARGE") {
    const message = `the batch is larger than ${MAX_BATCH_BYTES} bytes as sent`;
    return reply.code(413).send({ code: "BATCH_TOO_LARGE", message });
  }
  if (error.code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") {
    return reply.code(415).send({ code: "BATCH_MEDIA_TYPE", message: "a batch is text/plain" });
  }
  throw error; // the application's own handler answers the rest
}

function answerStoreError(error: StoreError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const agentId = request.headers[HEADER.agent];
  if (!error.retryable) {
    request.log.error({ err: error, agentId }, "store refused a batch for good");
    return reply.code(422).send({ code: error.code, message: "the store will never take this batch" });
  }
  request.log.warn({ err: error, agentId }, "store unavailable, agent told to send again");
  reply.header("retry-after", RETRY_WHEN_STORE_IS_AWAY_SECONDS);
  return reply.code(503).send({ code: error.code, message: "the store is unavailable, send this batch again" });
}

/** A header that is not there has no path of its own: ajv names one property, typebox a list of them. */
function missingNames(params: Record<string, unknown>): string {
  const { missingProperty, requiredProperties } = params;
  if (typeof missingProperty === "string") return missingProperty;
  return Array.isArray(requiredProperties) ? requiredProperties.join(", ") : "";
}
