// The collector's HTTP application: routes, OpenAPI and the page. Built here, listened to in run.ts.
import { existsSync } from "node:fs";
import type { ServerOptions } from "node:https";
import { join, sep } from "node:path";
import fastifyStatic from "@fastify/static";
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import Fastify, { type FastifyBaseLogger, LogController } from "fastify";
import type { FleetAgent } from "../contract/api.ts";
import type { Clock } from "../contract/clock.ts";
import { agentConfigAdminApi } from "./api/agent-config-admin.ts";
import { agentRoutes } from "./api/agent-routes.ts";
import { agentsApi } from "./api/agents.ts";
import { devicesApi } from "./api/devices.ts";
import { enrollApi } from "./api/enroll.ts";
import { answerClientError, answerErrors, answerFrameworkError } from "./api/error-answers.ts";
import { healthApi } from "./api/health.ts";
import { indicatorsApi } from "./api/indicators.ts";
import { inventoryApi } from "./api/inventory.ts";
import { inventoryEditsApi } from "./api/inventory-edits.ts";
import { inventoryVersionsApi } from "./api/inventory-versions.ts";
import { metricsApi } from "./api/metrics.ts";
import { policyTargetsApi } from "./api/policy-targets.ts";
import { regionsApi } from "./api/regions.ts";
import { schoolsApi } from "./api/schools.ts";
import { scorecardsApi } from "./api/scorecards.ts";
import { venuesApi } from "./api/venues.ts";
import { whatIfApi } from "./api/what-if.ts";
import { backupApi } from "./backup/api.ts";
import type { Board } from "./board.ts";
import { declarationsApi } from "./declared/api.ts";
import type { Attachments } from "./declared/attachments.ts";
import type { Declared } from "./declared/declared.ts";
import type { AgentConfigs } from "./fleet/config/configs.ts";
import type { Identity } from "./fleet/identity.ts";
import type { IngestCounts } from "./ingest/counts.ts";
import type { Pause } from "./ingest/http.ts";
import type { Ingest } from "./ingest/ingest.ts";
import type { Speakers } from "./ingest/speakers.ts";
import type { Inventories } from "./inventory/inventories.ts";
import type { Objections } from "./objections/objections.ts";
import type { SchoolQualities } from "./quality/of-school.ts";
import { resultRunsApi } from "./results/api.ts";
import type { Results } from "./results/results.ts";
import type { Charts } from "./rollup/charts.ts";
import type { HousekeepingCounts } from "./rollup/housekeeper.ts";
import type { State } from "./state/state.ts";
import type { ReadingStore } from "./store/store.ts";
import { type Writes, writeApi } from "./write/api.ts";

/** What every route may need. */
export interface Services {
  store: ReadingStore;
  /** Everything that is kept and is not readings. */
  state: State;
  ingest: Ingest;
  /** Who may speak to `ingest`. */
  speakers: Speakers;
  /** Line protocol of Telegraf and others. */
  writes: Writes;
  /** Who the agents are. */
  identity: Identity;
  /** What is held for an agent and what became of it; absent where no configurations are held. */
  configurationOf?(agentId: string): FleetAgent["configuration"];
  /** What is held for agents; absent where nothing is. */
  configs?: AgentConfigs;
  /** Why no batch is taken at present. */
  paused(): Pause | undefined;
  board: Board;
  /** What people declared, and the files it rests on; absent where nothing can be declared. */
  declared?: Declared;
  attachments?: Attachments;
  /** What people object to; absent where nothing is recorded. */
  objections?: Objections;
  /** How well rooms are served; absent: of none is anything known. */
  quality?: SchoolQualities;
  /** Scorecards and policy targets; absent where no results are kept. */
  results?: Results;
  /** Series for people to look at. */
  charts: Charts;
  clock: Clock & { kind: "system" | "school"; speed(): number };
  /** Where imported inventory files are kept. */
  inventoryDir: string;
  /** What held on which day, and how that is changed. */
  inventories: Inventories;
  /** What `ingest` counts. */
  counts: IngestCounts;
  /** What is done behind. */
  housekeeping: HousekeepingCounts;
  /** Memory that the process holds. */
  residentBytes(): number;
}

export interface AppOptions {
  services: Services;
  log: FastifyBaseLogger;
  /** Folder of the built page; absent serves the API alone. */
  pageDir: string | undefined;
  /** As collector/tls.ts reads it; absent: plain HTTP. */
  tls?: ServerOptions | undefined;
}

export type App = ReturnType<typeof newFastify>;

export async function buildApp({ services, log, pageDir, tls }: AppOptions): Promise<App> {
  const app = newFastify(log, tls);
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
  await app.register(agentRoutes, { services, wantsCertificates: tls?.requestCert === true });
  await app.register(enrollApi, services);
  await app.register(agentsApi, services);
  const { configs, identity, board } = services;
  const isSchool = (id: string) => board.inventory?.school(id) !== undefined;
  if (configs) await app.register(agentConfigAdminApi, { configs, identity, isSchool });
  for (const api of [
    healthApi,
    metricsApi,
    regionsApi,
    schoolsApi,
    venuesApi,
    devicesApi,
    indicatorsApi,
    whatIfApi,
    inventoryApi,
    inventoryEditsApi,
    inventoryVersionsApi,
    writeApi,
    backupApi,
    declarationsApi,
  ])
    await app.register(api, services);
  const { results, clock } = services;
  if (results) {
    for (const api of [scorecardsApi, policyTargetsApi, resultRunsApi]) await app.register(api, { results, clock });
  }
  if (pageDir !== undefined) await servePage(app, pageDir, log);
  return app;
}

async function servePage(app: App, pageDir: string, log: FastifyBaseLogger): Promise<void> {
  if (!existsSync(pageDir)) {
    log.warn({ pageDir }, "the page is not built, serving the API alone");
    return;
  }
  const assets = join(pageDir, "assets") + sep;
  await app.register(fastifyStatic, {
    root: pageDir,
    cacheControl: false,
    // Assets carry a hash of their content in their names; everything else may differ after the next release.
    setHeaders: (reply, path) =>
      void reply.header("cache-control", path.startsWith(assets) ? "public, max-age=31536000, immutable" : "no-cache"),
  });
}

function newFastify(log: FastifyBaseLogger, tls: ServerOptions | undefined) {
  const times = { headersTimeout: 10_000, connectionsCheckingInterval: 5_000 };
  return Fastify({
    ...(tls && { https: { ...tls, ...times, handshakeTimeout: 10_000 } }),
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    // The default validator turns null into 0 and drops unknown fields: "unknown" would become "zero" on the wire.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true } },
    // Agents hold their connections open between batches.
    keepAliveTimeout: 75_000,
    // A sender that crawls would hold one of the few places where batches are worked on. Node takes the two times for
    // each other when the one for headers is the longer one, and looks at them only so often.
    requestTimeout: 30_000,
    http: times,
    clientErrorHandler: answerClientError,
    frameworkErrors: answerFrameworkError,
  }).withTypeProvider<TypeBoxTypeProvider>();
}
