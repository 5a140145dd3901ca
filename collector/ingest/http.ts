// HTTP front door for batches: POST /v1/batches (contract/batch.ts).
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyError, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import Type, { type Static } from "typebox";
import {
  type Ack,
  AckSchema,
  ErrorBodySchema,
  HEADER,
  ID_PATTERN,
  LANES,
  type Lane,
  MAX_PARTS,
  type Part,
  type PartsAck,
  PartsAckSchema,
  parseParts,
  partsText,
  versionIn,
} from "../../contract/batch.ts";
import { CampusError } from "../../contract/errors.ts";
import { sha256 } from "../../contract/identity.ts";
import { answerOf } from "./answers.ts";
import { Bodies, busy, type ReceivedBody } from "./body.ts";
import { Budget, type Share } from "./gate.ts";
import { type ContentEncoding, contentEncoding, inflatedAtMost, inflateWithin } from "./inflate.ts";
import type { DeliveredBatch, Ingest } from "./ingest.ts";
import type { Delivery, Speakers } from "./speakers.ts";

export interface IngestHttpOptions {
  ingest: Ingest;
  speakers: Pick<Speakers, "school">;
  /** Why no batch is taken at present, and for how long; absent or `undefined` when batches are taken. */
  paused?(): Pause | undefined;
  limits?: Partial<IngestLimits>;
}

export interface Pause {
  message: string;
  retryAfterSeconds: number;
}

export interface IngestLimits {
  /** Bytes of bodies that are being received, and of those whose batches are in work. */
  bodyBytes: number;
  /** Bytes of lines that are being checked and stored. */
  lineBytes: number;
}

const LIMITS: IngestLimits = { bodyBytes: 64 * 1024 * 1024, lineBytes: 128 * 1024 * 1024 };

const Id = Type.String({ pattern: ID_PATTERN });
const HeadersSchema = Type.Object({
  [HEADER.agent]: Id,
  [HEADER.session]: Id,
  [HEADER.sequence]: Type.String({ pattern: "^[1-9][0-9]{0,14}$" }),
  [HEADER.sentAt]: Type.Optional(Type.String({ pattern: "^[0-9]{1,15}$" })),
  [HEADER.lane]: Type.Optional(Type.Enum([...LANES])),
  [HEADER.parts]: Type.Optional(Type.String({ maxLength: 8_192 })),
  [HEADER.key]: Type.Optional(Type.String({ maxLength: 64 })),
  [HEADER.signature]: Type.Optional(Type.String({ maxLength: 128 })),
  "user-agent": Type.Optional(Type.String()),
});

type Headers = Static<typeof HeadersSchema>;

/**
 * Answers 200 only once batches are stored, so that an agent may forget what the ack covers. 400, 409, 413, 415 and 422 are
 * final for these bytes, 401 and 403 until a person has done something; 429 and 503 say when to send them again.
 */
export const ingestHttp: FastifyPluginAsync<IngestHttpOptions> = async (app, options) => {
  const { ingest, speakers, paused } = options;
  const limits = { ...LIMITS, ...options.limits };
  const bodies = new Bodies(limits.bodyBytes);
  const work = new Budget(limits.lineBytes);
  const received = new WeakMap<FastifyRequest, ReceivedBody>();

  // Only here do bodies stay bytes; other routes keep the application's own parsers.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(["text/plain", "application/octet-stream"], async (request: FastifyRequest) => {
    const body = await bodies.receive(request.raw);
    received.set(request, body);
    return body.bytes;
  });
  app.setErrorHandler((error: FastifyError | CampusError, request, reply) => {
    const { status, body, retryAfterSeconds } = answerOf(error, request);
    if (retryAfterSeconds !== undefined) void reply.header("retry-after", String(retryAfterSeconds));
    return reply.code(status).send(body);
  });
  app.addHook("onRequest", async (_request, reply) => {
    void reply.header(HEADER.parts, String(MAX_PARTS));
    const pause = paused?.();
    if (pause !== undefined) return refuseWhilePaused(reply, pause);
  });
  app.addHook("onResponse", async (request) => received.get(request)?.share.letGo());

  app.withTypeProvider<TypeBoxTypeProvider>().post(
    "/v1/batches",
    {
      schema: {
        summary: "Store an agent's batch of lines, or several; answers when they are durable",
        consumes: ["text/plain"],
        headers: HeadersSchema,
        response: {
          200: Type.Union([AckSchema, PartsAckSchema]),
          "4xx": ErrorBodySchema,
          "5xx": ErrorBodySchema,
        },
      },
    },
    async (request) => {
      const encoding = contentEncoding(request.headers["content-encoding"]);
      if (encoding === undefined) {
        throw new CampusError("BATCH_ENCODING", `content-encoding is neither gzip nor identity`);
      }
      const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
      if (body.length === 0) throw new CampusError("BATCH_EMPTY", "a batch has a body of lines");
      const parts = partsOf(request.headers, body);
      const delivery = deliveryOf(request.headers, parts, body, request.ip);
      // Before a single byte is inflated: who cannot prove who they are costs no more than the bytes they sent.
      const schoolId = await speakers.school(delivery);
      const share = work.take(inflatedAtMost(body.length, encoding));
      if (share === undefined) throw busy();
      const batches = batchesOf(delivery, schoolId, parts, encoding, share);
      return await accepted(batches, parts, share, request);
    },
  );

  /** One batch's ack, or those of several in order up to the first that is not taken. */
  async function accepted(
    batches: Iterable<() => Promise<DeliveredBatch>>,
    parts: readonly Part[],
    share: Share,
    request: FastifyRequest,
  ): Promise<Ack | PartsAck> {
    const acks: Ack[] = [];
    try {
      for (const next of batches) {
        try {
          acks.push(await ingest.accept(await next()));
        } catch (error) {
          if (acks.length === 0 || !(error instanceof CampusError)) throw error;
          const { status, body } = answerOf(error, request);
          const { sequence = 1 } = parts[acks.length] ?? {};
          return { acks, problem: { sequence, status, code: body.code, message: body.message } };
        }
      }
    } finally {
      share.letGo();
    }
    const [only] = acks;
    return request.headers[HEADER.parts] !== undefined || only === undefined ? { acks } : only;
  }
};

function refuseWhilePaused(reply: FastifyReply, { message, retryAfterSeconds }: Pause): FastifyReply {
  return reply.code(503).header("retry-after", String(retryAfterSeconds)).send({ code: "PAUSED", message });
}

/** The batches of a body. @throws CampusError `BATCH_PARTS` */
function partsOf(headers: Headers, body: Uint8Array): Part[] {
  const first = Number(headers[HEADER.sequence]);
  const text = headers[HEADER.parts];
  if (text === undefined) return [{ sequence: first, bytes: body.length }];
  const parts = parseParts(text);
  const bytes = parts?.reduce((sum, part) => sum + part.bytes, 0);
  if (parts === undefined || bytes !== body.length || parts[0]?.sequence !== first) {
    const expected = `expected sequence:bytes of at most ${MAX_PARTS} batches, beginning with ${first} and ${body.length} bytes in all`;
    throw new CampusError("BATCH_PARTS", `${HEADER.parts} does not describe the body: ${expected}`);
  }
  return parts;
}

function deliveryOf(headers: Headers, parts: readonly Part[], body: Uint8Array, from: string): Delivery {
  const { [HEADER.sentAt]: sentAt, [HEADER.key]: key, [HEADER.signature]: signature } = headers;
  const lane: Lane = headers[HEADER.lane] ?? "backlog";
  const version = versionIn(headers["user-agent"]);
  return {
    agentId: headers[HEADER.agent],
    session: headers[HEADER.session],
    lane,
    parts: partsText(parts),
    ...(sentAt !== undefined && { sentAtMs: Number(sentAt) }),
    ...(key !== undefined && { key }),
    ...(signature !== undefined && { signature }),
    ...(version !== undefined && { version }),
    body,
    from,
  };
}

/** Each is inflated when its turn has come. */
function* batchesOf(
  { agentId, session, lane, sentAtMs, version, body, from }: Delivery,
  schoolId: string,
  parts: readonly Part[],
  encoding: ContentEncoding,
  share: Share,
): Generator<() => Promise<DeliveredBatch>> {
  let at = 0;
  for (const { sequence, bytes } of parts) {
    const sent = body.subarray(at, at + bytes);
    at += bytes;
    yield async () => ({
      agentId,
      schoolId,
      session,
      sequence,
      lane,
      from,
      ...(sentAtMs !== undefined && { sentAtMs }),
      ...(version !== undefined && { version }),
      digest: sha256(sent).slice(0, 16),
      lines: await inflateWithin(sent, encoding, share),
    });
  }
}
