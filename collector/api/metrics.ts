// GET /metrics: the collector about itself, as Prometheus reads it (text exposition format 0.0.4).
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import type { AgentView } from "../../contract/api.ts";
import type { Services } from "../app.ts";
import { FUTURE_TOLERANCE_MS } from "../ingest/check.ts";
import type { StoreError } from "../store/store.ts";

const AGENT_STATES = ["seeing", "blind", "offline", "never"] as const satisfies readonly AgentView["state"][];

interface Family {
  name: string;
  kind: "counter" | "gauge";
  about: string;
  /** By the value of the label; one value without a label under "". */
  label?: string;
  values: Readonly<Record<string, number>>;
}

export const metricsApi: FastifyPluginAsyncTypebox<Services> = async (app, services) => {
  app.get(
    "/metrics",
    {
      schema: {
        summary: "The collector about itself, for Prometheus; counters begin at 0 when it starts",
        produces: ["text/plain"],
        response: { 200: Type.String() },
      },
    },
    async (request, reply) => {
      const isReady = await services.store.ready().then(
        () => true,
        (error: StoreError) => {
          request.log.warn({ err: error }, "the store would take no batch");
          return false;
        },
      );
      void reply.type("text/plain; version=0.0.4; charset=utf-8");
      return families(services, isReady).map(textOf).join("");
    },
  );
};

function families(services: Services, isReady: boolean): Family[] {
  const { board, clock, counts, housekeeping, identity, writes, residentBytes } = services;
  const agents = { seeing: 0, blind: 0, offline: 0, never: 0 };
  let clocksOff = 0;
  for (const agent of board.agents()) {
    const { state, clockOffsetSeconds = 0 } = board.fleet.view(agent, clock.nowMs());
    agents[state] += 1;
    if (Math.abs(clockOffsetSeconds) * 1_000 > FUTURE_TOLERANCE_MS) clocksOff += 1;
  }
  return [
    {
      name: "campanile_batches_total",
      kind: "counter",
      about: "Batches whose lines were received whole, by what became of them; failed ones come again.",
      label: "outcome",
      values: counts.batches,
    },
    {
      name: "campanile_lines_total",
      kind: "counter",
      about: "Lines of stored batches: stored, or refused for good.",
      label: "outcome",
      values: counts.lines,
    },
    {
      name: "campanile_writes_total",
      kind: "counter",
      about: "Requests with line protocol of Telegraf and others, by what became of them.",
      label: "outcome",
      values: writes.writer.counts.requests,
    },
    {
      name: "campanile_write_lines_total",
      kind: "counter",
      about: "Their lines: stored, refused for good, or with nothing that the dictionary has a metric for.",
      label: "outcome",
      values: writes.writer.counts.lines,
    },
    {
      name: "campanile_write_unmapped_total",
      kind: "counter",
      about: "Their values that the dictionary has no metric for, by measurement (docs/telegraf.md).",
      label: "measurement",
      values: Object.fromEntries(writes.writer.counts.unmapped),
    },
    {
      name: "campanile_refused_total",
      kind: "counter",
      about: "Requests in agents' names that were refused because of who sent them, by code.",
      label: "code",
      values: identity.speakers.counts.totals,
    },
    {
      name: "campanile_enrolments_throttled_total",
      kind: "counter",
      about: "Tries to enrol that were not looked at, because too many wrong codes had come in.",
      values: { "": identity.enrolment.guesses.refused },
    },
    {
      name: "campanile_rollup_windows_total",
      kind: "counter",
      about: "Windows of schools that were rolled up, of all lengths; one that readings came into late counts again.",
      values: { "": housekeeping.windows },
    },
    {
      name: "campanile_rollup_failures_total",
      kind: "counter",
      about: "Times that something was not rolled up because the store failed; it is tried again a minute later.",
      values: { "": housekeeping.rollFailures },
    },
    {
      name: "campanile_maintenances_total",
      kind: "counter",
      about: "Hourly maintenance of the store: finished days put in order, what is too old forgotten.",
      label: "outcome",
      values: { done: housekeeping.maintained, failed: housekeeping.maintainFailures },
    },
    {
      name: "campanile_agents",
      kind: "gauge",
      about: "Agents of the inventory by state.",
      label: "state",
      values: Object.fromEntries(AGENT_STATES.map((state) => [state, agents[state]])),
    },
    {
      name: "campanile_agents_clock_off",
      kind: "gauge",
      about:
        "Agents whose clock was more than 5 minutes off at their last batch: their readings are refused or misplaced.",
      values: { "": clocksOff },
    },
    {
      name: "campanile_schools",
      kind: "gauge",
      about: "Schools of the inventory.",
      values: { "": board.inventory?.schools.length ?? 0 },
    },
    {
      name: "campanile_store_ready",
      kind: "gauge",
      about: "Whether the store would take a batch now: 1 yes, 0 no.",
      values: { "": isReady ? 1 : 0 },
    },
    {
      name: "process_resident_memory_bytes",
      kind: "gauge",
      about: "Memory that the process holds.",
      values: { "": residentBytes() },
    },
  ];
}

function textOf({ name, kind, about, label, values }: Family): string {
  const lines = Object.entries(values).map(([of, value]) => {
    const labels = label === undefined ? "" : `{${label}="${of}"}`;
    return `${name}${labels} ${value}\n`;
  });
  return `# HELP ${name} ${about}\n# TYPE ${name} ${kind}\n${lines.join("")}`;
}
