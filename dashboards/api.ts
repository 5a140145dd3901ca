// The typed client of the collector's read API: one function a route, one kind of error.
import type {
  DeviceWithEvents,
  FleetAgentWithEvents,
  FleetList,
  RegionView,
  SchoolList,
  SchoolView,
  Series,
  VenueView,
} from "../contract/api.ts";
import { CampusError } from "../contract/errors.ts";
import type { IndicatorList } from "../contract/indicators.ts";
import type { PolicyTargetDetail, PolicyTargetList } from "../contract/policy.ts";
import type { History } from "../contract/results.ts";
import type { AnyScorecard, FigureDetail } from "../contract/scorecard.ts";
import type { RegionWhatIfView, SchoolWhatIfView } from "../contract/what-if.ts";
import { createDeclarations, type Declarations, type Sent } from "./components/declared/client.ts";
import { createInventoryClient, type InventoryClient } from "./components/inventory/client.ts";

/** `NO_ANSWER` when nothing came back, `BAD_ANSWER` when it was no JSON, else the collector's own code. */
export class ApiError extends CampusError {
  /** HTTP status; absent when there was no answer. */
  readonly status: number | undefined;
  /** What more the collector said: of what was entered, every problem with its path. */
  readonly details: unknown;

  constructor(code: string, message: string, options: ErrorOptions & { status?: number; details?: unknown } = {}) {
    super(code, message, { ...options, retryable: true });
    this.status = options.status;
    this.details = options.details;
  }
}

export interface SeriesQuery {
  metric: string;
  /** Absent for metrics of the whole device. */
  instance: string | undefined;
  fromMs: number;
  toMs: number;
}

export interface Api {
  schools(signal: AbortSignal): Promise<SchoolList>;
  region(code: string, signal: AbortSignal): Promise<RegionView>;
  school(id: string, signal: AbortSignal): Promise<SchoolView>;
  venue(id: string, signal: AbortSignal): Promise<VenueView>;
  device(id: string, signal: AbortSignal): Promise<DeviceWithEvents>;
  agents(signal: AbortSignal): Promise<FleetList>;
  agent(id: string, signal: AbortSignal): Promise<FleetAgentWithEvents>;
  indicators(signal: AbortSignal): Promise<IndicatorList>;
  policyTargets(signal: AbortSignal): Promise<PolicyTargetList>;
  policyTarget(id: string, signal: AbortSignal): Promise<PolicyTargetDetail>;
  scorecard(scope: string, signal: AbortSignal): Promise<AnyScorecard>;
  figure(scope: string, indicator: string, signal: AbortSignal): Promise<FigureDetail>;
  schoolWhatIf(id: string, signal: AbortSignal): Promise<SchoolWhatIfView>;
  regionWhatIf(code: string, share: number, signal: AbortSignal): Promise<RegionWhatIfView>;
  history(scope: string, signal: AbortSignal): Promise<History>;
  series(id: string, query: SeriesQuery, signal: AbortSignal): Promise<Series>;
  /** What people enter. */
  declarations: Declarations;
  inventory: InventoryClient;
}

/** A client of the collector at `base`, an absolute URL ending in a slash. Every function throws ApiError only. */
export function createApi(base: string, fetchFn: typeof fetch = (...args) => fetch(...args)): Api {
  const get = <T>(path: string, signal: AbortSignal) => getJson<T>(fetchFn, new URL(path, base), signal);
  const ask = <T>(path: string, signal: AbortSignal, sent?: Sent) =>
    getJson<T>(fetchFn, new URL(path, base), signal, sent);
  const at = encodeURIComponent;
  return {
    schools: (signal) => get("v1/schools", signal),
    region: (code, signal) => get(`v1/regions/${at(code)}`, signal),
    school: (id, signal) => get(`v1/schools/${at(id)}`, signal),
    venue: (id, signal) => get(`v1/venues/${at(id)}`, signal),
    device: (id, signal) => get(`v1/devices/${at(id)}`, signal),
    agents: (signal) => get("v1/agents", signal),
    agent: (id, signal) => get(`v1/agents/${at(id)}`, signal),
    indicators: (signal) => get("v1/indicators", signal),
    policyTargets: (signal) => get("v1/policy-targets", signal),
    policyTarget: (id, signal) => get(`v1/policy-targets/${at(id)}`, signal),
    scorecard: (scope, signal) => get(`v1/scorecards/${at(scope)}`, signal),
    figure: (scope, indicator, signal) => get(`v1/scorecards/${at(scope)}/indicators/${at(indicator)}`, signal),
    schoolWhatIf: (id, signal) => get(`v1/schools/${at(id)}/what-if`, signal),
    regionWhatIf: (code, share, signal) => get(`v1/regions/${at(code)}/what-if?share=${share}`, signal),
    history: (scope, signal) => get(`v1/scorecards/${at(scope)}/history`, signal),
    series: (id, query, signal) => get(`v1/devices/${at(id)}/series?${seriesParams(query)}`, signal),
    declarations: createDeclarations(ask),
    inventory: createInventoryClient(ask),
  };
}

function seriesParams({ metric, instance, fromMs, toMs }: SeriesQuery): URLSearchParams {
  const params = new URLSearchParams({ metric });
  if (instance !== undefined) params.set("instance", instance);
  params.set("from", new Date(fromMs).toISOString());
  params.set("to", new Date(toMs).toISOString());
  return params;
}

async function getJson<T>(fetchFn: typeof fetch, url: URL, signal: AbortSignal, sent?: Sent): Promise<T> {
  let response: Response;
  let body: unknown;
  try {
    response = await fetchFn(url, { ...sent, signal, headers: { ...sent?.headers, accept: "application/json" } });
  } catch (cause) {
    throw new ApiError("NO_ANSWER", `${url.pathname}: no answer`, { cause });
  }
  try {
    body = await response.json();
  } catch (cause) {
    if (signal.aborted) throw new ApiError("NO_ANSWER", `${url.pathname}: no answer in time`, { cause });
    throw new ApiError("BAD_ANSWER", `${url.pathname}: not JSON`, { cause, status: response.status });
  }
  if (!response.ok) throw refusal(body, response.status);
  return body as T; // the collector's routes serialise by the schemas of contract/api.ts, so the shape is checked there
}

function refusal(body: unknown, status: number): ApiError {
  const text = (name: string) => {
    const value: unknown = typeof body === "object" && body !== null ? Reflect.get(body, name) : undefined;
    return typeof value === "string" ? value : undefined;
  };
  const details: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "details") : undefined;
  return new ApiError(text("code") ?? `HTTP_${status}`, text("message") ?? `status ${status}`, { status, details });
}
