// How errors leave the collector: always `{ code, message, details? }`, also where a request never reached a route.
import type { Socket } from "node:net";
import type { ConnectionError, FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type ErrorBody, IDENTITY_STATUS } from "../../contract/batch.ts";
import { CampusError } from "../../contract/errors.ts";

/** An unexpected error is logged whole and told as INTERNAL only. */
export function answerErrors(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) => {
    void reply.code(404).send(body("NOT_FOUND", `${request.method} ${request.url.split("?")[0]} does not exist`));
  });
  app.setErrorHandler((error: unknown, request, reply) => {
    if (error instanceof CampusError) {
      const status = STATUS[error.code] ?? (error.retryable ? 503 : 500);
      const retryAfter = retryAfterOf(error, status);
      if (retryAfter !== undefined) void reply.header("retry-after", retryAfter);
      if (status >= 500) request.log.error({ err: error, url: request.url }, "request failed");
      return reply.code(status).send(body(error.code, error.message, "problems" in error ? error.problems : undefined));
    }
    if (isHttpError(error) && error.statusCode < 500) {
      const details = error.validation?.map(({ instancePath, message }) => ({
        path: `${error.validationContext ?? ""}${instancePath}`,
        message,
      }));
      const code = error.code ?? CODE_OF_STATUS[error.statusCode] ?? "BAD_REQUEST";
      return reply.code(error.statusCode).send(body(code, error.message, details));
    }
    request.log.error({ err: error, url: request.url }, "request failed unexpectedly");
    return reply.code(500).send(body("INTERNAL", "the collector failed to answer; its log says why"));
  });
}

/** A URL that cannot be decoded; it never comes to a route. */
export function answerFrameworkError(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  void reply.code(error.statusCode ?? 500).send(body(error.code, error.message));
}

/** What is no HTTP request at all, or was not finished in time: there is no reply yet, so the socket is written to. */
export function answerClientError(error: ConnectionError, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return; // nobody is there to be answered
  const { status, code, message } = CLIENT_ERRORS[error.code] ?? NO_HTTP;
  if (socket.writable) {
    const text = JSON.stringify(body(code, message));
    socket.write(
      `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\n` +
        `content-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
    );
  }
  socket.destroy(error);
}

const NO_HTTP = { status: "400 Bad Request", code: "BAD_REQUEST", message: "this is no HTTP request" };
const CLIENT_ERRORS: Readonly<Record<string, typeof NO_HTTP>> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: "408 Request Timeout",
    code: "REQUEST_TIMEOUT",
    message: "the request did not arrive whole in time",
  },
  HPE_HEADER_OVERFLOW: {
    status: "431 Request Header Fields Too Large",
    code: "HEADERS_TOO_LARGE",
    message: "the headers are too large",
  },
};

function body(code: string, message: string, details?: unknown): ErrorBody {
  return details === undefined ? { code, message } : { code, message, details };
}

/** What the error itself says, or a while for whatever passes. */
function retryAfterOf(error: CampusError, status: number): string | undefined {
  if ("retryAfterSeconds" in error) return String(error.retryAfterSeconds);
  return status === 503 ? "15" : undefined;
}

/** HTTP status of the error codes that are not the server's fault. */
const STATUS: Readonly<Record<string, number>> = {
  ...IDENTITY_STATUS,
  NOT_FOUND: 404,
  FORBIDDEN: 403,
  AGENT_ELSEWHERE: 409,
  KEY_NOT_PROVED: 400,
  CERTIFICATE_MISSING: 401,
  CERTIFICATE_WRONG: 403,
  TOKEN_INVALID: 400,
  TOKEN_EXISTS: 409,
  CODE_UNKNOWN: 403,
  CODE_USED: 403,
  CODE_EXPIRED: 403,
  TOO_MANY_TRIES: 429,
  BAD_QUERY: 400,
  CONFIG_INVALID: 400,
  CONFIG_NONE: 404,
  INVENTORY_CHANGED: 409,
  WORKBOOK_INVALID: 400,
  WORKBOOK_TOO_LARGE: 413,
  CONFIG_NEEDS_TLS: 409,
  DECLARED_INVALID: 400,
  DECLARED_WITHDRAWN: 409,
  OBJECTION_INVALID: 400,
  OBJECTION_CLOSED: 409,
  ATTACHMENT_EMPTY: 400,
  ATTACHMENT_TOO_LARGE: 413,
  ATTACHMENT_TYPE: 415,
};

/** For errors that name none, as those of the page's files. */
const CODE_OF_STATUS: Readonly<Record<number, string>> = { 403: "FORBIDDEN", 404: "NOT_FOUND", 416: "BAD_RANGE" };

interface HttpError {
  statusCode: number;
  code?: string;
  message: string;
  validation?: { instancePath: string; message?: string }[];
  validationContext?: string;
}

function isHttpError(error: unknown): error is HttpError {
  return error instanceof Error && "statusCode" in error && typeof error.statusCode === "number";
}
