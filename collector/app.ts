// The collector's HTTP application: routes, error answers, OpenAPI and the page. Built here, listened to in main.ts.
import { existsSync } from "node:fs";
import fastifyStatic from "@fastify/static";
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import type { Clock } from "../contract/clock.ts";
import { CampusError } from "../contract/errors.ts";
import { devicesApi } from "./api/devices.ts";
import { healthApi } from "./api/health.ts";
import { inventoryApi } from "./api/inventory.ts";
import { regionsApi } from "./api/regions.ts";
import { schoolsApi } from "./api/schools.ts";
import { venuesApi } from "./api/venues.ts";
import type { Board } from "./board.ts";
import { ingestHttp } from "./ingest/http.ts";
import type { Ingest } from "./ingest/ingest.ts";
import type { ReadingStore } from "./store/store.ts";

/** What every route may need. */
export interface Services {
  store: ReadingStore;
  ingest: Ingest;
  board: Board;
  clock: Clock & { kind: "system" | "school"; speed(): number };
  /** Where imported inventory files are kept. */
  inventoryDir: string;
}

export interface AppOptions {
  services: Services;
  log: FastifyBaseLogger;
  /** Folder of the built page; absent serves the API alone. */
  pageDir: string | undefined;
}

export type App = ReturnType<typeof newFastify>;

export async function buildApp({ services, log, pageDir }: AppOptions): Promise<App> {
  const app = newFastify(log);
  answerErrors(app);
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Campanile collector",
        description: "Coverage of schools, with the evidence behind every figure.",
        version: "1",
      },
    },
  });
  await app.register(swaggerUi, { routePrefix: "/docs" });
  app.get("/openapi.json", { schema: { hide: true } }, () => app.swagger());
  await app.register(ingestHttp, { ingest: services.ingest });
  for (const api of [healthApi, regionsApi, schoolsApi, venuesApi, devicesApi, inventoryApi])
    await app.register(api, services);
  if (pageDir !== undefined && existsSync(pageDir)) await app.register(fastifyStatic, { root: pageDir });
  return app;
}

function newFastify(log: FastifyBaseLogger) {
  return Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    // The default validator turns null into 0 and drops unknown fields: "unknown" would become "zero" on the wire.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true } },
    // Agents hold their connections open between batches.
    keepAliveTimeout: 75_000,
    // A sender that crawls would hold one of the few places where batches are worked on.
    requestTimeout: 30_000,
  }).withTypeProvider<TypeBoxTypeProvider>();
}

/** Every error leaves as `{ code, message, details? }`; an unexpected one is logged whole and told as INTERNAL only. */
function answerErrors(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) => {
    void reply
      .code(404)
      .send({ code: "NOT_FOUND", message: `${request.method} ${request.url.split("?")[0]} does not exist` });
  });
  app.setErrorHandler((error: unknown, request, reply) => {
    if (error instanceof CampusError) {
      const status = STATUS[error.code] ?? (error.retryable ? 503 : 500);
      if (status === 503) void reply.header("retry-after", "15");
      if (status >= 500) request.log.error({ err: error, url: request.url }, "request failed");
      return reply.code(status).send({
        code: error.code,
        message: error.message,
        ...("problems" in error ? { details: error.problems } : {}),
      });
    }
    if (isHttpError(error) && error.statusCode < 500) {
      const details = error.validation?.map(({ instancePath, message }) => ({
        path: `${error.validationContext ?? ""}${instancePath}`,
        message,
      }));
      return reply
        .code(error.statusCode)
        .send({ code: error.code ?? "BAD_REQUEST", message: error.message, ...(details ? { details } : {}) });
    }
    request.log.error({ err: error, url: request.url }, "request failed unexpectedly");
    return reply.code(500).send({ code: "INTERNAL", message: "the collector failed to answer; its log says why" });
  });
}

/** HTTP status of the error codes that are not the server's fault. */
const STATUS: Readonly<Record<string, number>> = {
  NOT_FOUND: 404,
  FORBIDDEN: 403,
  AGENT_UNKNOWN: 403,
  BAD_QUERY: 400,
  CONFIG_INVALID: 400,
};

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
