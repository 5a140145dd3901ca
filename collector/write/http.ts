// The door for line protocol of others: /api/v2/write as InfluxDB 2 has it, /write as InfluxDB 1, and what clients ask before.
import type { FastifyError, FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { CampusError } from "../../contract/errors.ts";
import { answerOf } from "../ingest/answers.ts";
import { Bodies, busy, type ReceivedBody } from "../ingest/body.ts";
import { Budget } from "../ingest/gate.ts";
import type { IngestLimits, Pause } from "../ingest/http.ts";
import { contentEncoding, inflatedAtMost, inflateWithin } from "../ingest/inflate.ts";
import type { Precision } from "../ingest/line-time.ts";
import { type Api, errorBody, partialWrite } from "./answers.ts";
import { tokenIn } from "./credentials.ts";
import type { Token, Tokens } from "./tokens.ts";
import type { Writer } from "./writer.ts";

export interface WriteHttpOptions {
  writer: Writer;
  tokens: Pick<Tokens, "find">;
  nowMs(): number;
  /** Why nothing is taken at present; absent or `undefined` when it is. */
  paused?(): Pause | undefined;
  limits?: Partial<IngestLimits>;
}

/** Apart from those of the agents' door, so that neither can take the other's room. */
const LIMITS: IngestLimits = { bodyBytes: 32 * 1024 * 1024, lineBytes: 64 * 1024 * 1024 };

const PRECISIONS: Readonly<Record<Api, Readonly<Record<string, Precision>>>> = {
  v1: { n: "ns", ns: "ns", u: "us", us: "us", µ: "us", ms: "ms", s: "s", m: "m", h: "h" },
  v2: { ns: "ns", us: "us", ms: "ms", s: "s" },
};

/** What a request was found to be before its body was read. */
interface Admitted {
  api: Api;
  token: Token;
  precision: Precision;
}

/**
 * 204 once every line is stored, or counted because we have no use for it. 400 with `partial write` when some lines are
 * wrong: the others are stored. 401 before the body is read. 413 is for good; 429 and 503 say when to come again.
 */
export const writeHttp: FastifyPluginAsync<WriteHttpOptions> = async (app, options) => {
  const { writer, tokens, nowMs, paused } = options;
  const limits = { ...LIMITS, ...options.limits };
  const bodies = new Bodies(limits.bodyBytes);
  const work = new Budget(limits.lineBytes);
  const received = new WeakMap<FastifyRequest, ReceivedBody>();
  const admitted = new WeakMap<FastifyRequest, Admitted>();

  // Bodies stay bytes, whatever they are said to be: curl calls line protocol a form.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", async (request: FastifyRequest) => {
    const body = await bodies.receive(request.raw);
    received.set(request, body);
    return body.bytes;
  });
  app.addHook("onResponse", async (request) => received.get(request)?.share.letGo());
  app.setErrorHandler((error: FastifyError | CampusError, request, reply) => {
    const { status, body, retryAfterSeconds } = answerOf(error, request);
    if (retryAfterSeconds !== undefined) void reply.header("retry-after", String(retryAfterSeconds));
    if (status === 429) writer.counts.requests.busy += 1;
    return reply.code(status).send(errorBody(apiOf(request), status, body.message));
  });

  /** Nothing of a body is read before it is known whose it is. */
  async function admit(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    const api = apiOf(request);
    const query = queryOf(request);
    const text = tokenIn(request.headers, query);
    const token = text === undefined ? undefined : tokens.find(text, nowMs());
    if (token === undefined) {
      writer.counts.requests.unauthorized += 1;
      void reply.header("www-authenticate", 'Basic realm="Campanile", Token');
      return reply.code(401).send(errorBody(api, 401, UNAUTHORIZED[api]));
    }
    const pause = paused?.();
    if (pause !== undefined) {
      void reply.header("retry-after", String(pause.retryAfterSeconds));
      return reply.code(503).send(errorBody(api, 503, pause.message));
    }
    const name = query.get("precision") || "ns";
    const precision = Object.hasOwn(PRECISIONS[api], name) ? PRECISIONS[api][name] : undefined;
    if (precision === undefined) {
      const known = Object.keys(PRECISIONS[api]).join(", ");
      return reply
        .code(400)
        .send(errorBody(api, 400, `invalid precision "${name.slice(0, 16)}", expected one of ${known}`));
    }
    admitted.set(request, { api, token, precision });
    return undefined;
  }

  async function write(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { api, token, precision } = admitted.get(request) ?? notAdmitted();
    const encoding = contentEncoding(request.headers["content-encoding"]);
    if (encoding === undefined)
      throw new CampusError("BATCH_ENCODING", "content-encoding is neither gzip nor identity");
    const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
    if (body.length === 0) return reply.code(204).send();
    const share = work.take(inflatedAtMost(body.length, encoding));
    if (share === undefined) throw busy();
    try {
      const written = await writer.write(token, await inflateWithin(body, encoding, share), precision);
      if (written.refusedCount === 0) return await reply.code(204).send();
      const line = written.refused[0]?.line;
      return await reply.code(400).send({
        ...errorBody(api, 400, partialWrite(written)),
        ...(api === "v2" && line !== undefined && { line }),
      });
    } finally {
      share.letGo();
    }
  }

  const summary = "Store line protocol of Telegraf and others, by token (docs/telegraf.md)";
  app.post("/api/v2/write", { onRequest: admit, schema: { summary } }, write);
  app.post("/write", { onRequest: admit, schema: { summary } }, write);
  app.route({
    method: ["GET", "POST"],
    url: "/query",
    onRequest: admit,
    schema: { summary: "CREATE DATABASE, which Telegraf asks for at its start; there is nothing to create" },
    handler: answerQuery,
  });
  greetings(app);
};

/** What clients of either version look for before they write. */
function greetings(app: FastifyInstance): void {
  app.get("/ping", { schema: { summary: "As InfluxDB answers it" } }, (_request, reply) =>
    reply.code(204).header("x-influxdb-version", "campanile").send(),
  );
  app.get("/health", { schema: { summary: "As InfluxDB 2 answers it" } }, () => ({
    name: "campanile",
    message: "ready for writes",
    status: "pass",
    checks: [],
  }));
}

async function answerQuery(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const form = request.body instanceof Uint8Array ? Buffer.from(request.body).toString("utf8") : "";
  const query = queryOf(request).get("q") ?? new URLSearchParams(form).get("q") ?? "";
  if (/^\s*CREATE\s+DATABASE\b/i.test(query)) return reply.send({ results: [{ statement_id: 0 }] });
  return reply.code(400).send({ error: "only CREATE DATABASE is understood here; what is stored is read from /v1" });
}

const UNAUTHORIZED: Readonly<Record<Api, string>> = { v1: "authorization failed", v2: "unauthorized access" };

function apiOf({ url }: FastifyRequest): Api {
  return url.startsWith("/api/v2/") ? "v2" : "v1";
}

function queryOf({ url }: FastifyRequest): URLSearchParams {
  const at = url.indexOf("?");
  return new URLSearchParams(at < 0 ? "" : url.slice(at));
}

function notAdmitted(): never {
  throw new CampusError("INTERNAL", "a write came past the check of its token");
}
