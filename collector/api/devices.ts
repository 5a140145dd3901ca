// GET /v1/devices/:id and /v1/devices/:id/series.
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { DeviceWithEventsSchema, SeriesSchema } from "../../contract/api.ts";
import { ErrorBodySchema } from "../../contract/batch.ts";
import { isMetricName, METRICS, type MetricName } from "../../contract/metrics.ts";
import type { Services } from "../app.ts";
import { instantText } from "../inventory/day.ts";
import { CHART_RESOLUTIONS, type ChartResolution, MAX_SPAN_MS } from "../rollup/charts.ts";
import { badQuery, notFound } from "./errors.ts";
import { judgedSchool, knowledgeOf } from "./lookup.ts";
import { deviceView } from "./views.ts";

const DAY_MS = 86_400_000;

/** What a page shows of a device's events; more of the past is for a report. */
const EVENTS = { sinceMs: 30 * DAY_MS, limit: 50 };

const Params = Type.Object({ id: Type.String() });

export const devicesApi: FastifyPluginAsyncTypebox<Services> = async (app, services) => {
  const { board, charts, clock, store } = services;

  app.get(
    "/v1/devices/:id",
    {
      schema: {
        summary: "One device: state, facts, newest values and events",
        params: Params,
        response: { 200: DeviceWithEventsSchema, 404: ErrorBodySchema },
      },
    },
    async ({ params: { id } }) => {
      const device = board.inventory?.device(id);
      if (!device) throw notFound("device", id);
      const { judgement, inventory } = judgedSchool(services, device.school);
      const [known, events] = await Promise.all([
        knowledgeOf(services, device.school),
        store.deviceEvents(device.school, device.key, clock.nowMs() - EVENTS.sinceMs, EVENTS.limit),
      ]);
      return {
        ...deviceView(device, judgement, inventory, known),
        events: events.map(({ atMs, kind, text }) => ({ at: instantText(atMs), kind, text })),
      };
    },
  );

  app.get(
    "/v1/devices/:id/series",
    {
      schema: {
        summary: "One metric of one device; the last day unless from and to say otherwise",
        description:
          "`resolution` says what a sample stands for: `raw` one reading, `5m`, `1h` and `1d` all readings of a window that " +
          "begins at the sample's time, with their mean as value (the last of them for counters, codes and channels) and " +
          "their least and greatest in `min` and `max`. `auto`, which also holds when it is absent: raw up to 2 days, 5m up " +
          "to 14, 1h up to 180, 1d beyond, and never finer than what is still kept. Windows without a reading are left out.",
        params: Params,
        querystring: Type.Object(
          {
            metric: Type.String(),
            instance: Type.Optional(Type.String()),
            from: Type.Optional(Type.String()),
            to: Type.Optional(Type.String()),
            resolution: Type.Optional(Type.Enum(["auto", ...CHART_RESOLUTIONS])),
          },
          { additionalProperties: false },
        ),
        response: { 200: SeriesSchema, 400: ErrorBodySchema, 404: ErrorBodySchema },
      },
    },
    async ({ params: { id }, query }) => {
      const device = board.inventory?.device(id);
      if (!device) throw notFound("device", id);
      const metric = metricOf(query.metric);
      const toMs = query.to === undefined ? clock.nowMs() : instantOf("to", query.to);
      const fromMs = query.from === undefined ? toMs - DAY_MS : instantOf("from", query.from);
      const nowMs = clock.nowMs();
      const resolution = asked(query.resolution) ?? charts.choose(fromMs, toMs, nowMs);
      if (fromMs >= toMs || toMs - fromMs > MAX_SPAN_MS[resolution]) {
        throw badQuery(
          "from",
          query.from ?? instantText(fromMs),
          `an instant before to (${instantText(toMs)}) and at most ${MAX_SPAN_MS[resolution] / DAY_MS} days`,
        );
      }
      const instances = await store.instances(device.school, device.key, metric, fromMs);
      const instance = query.instance ?? instances[0];
      const key = { metric, device: device.key, ...(instance === undefined ? {} : { instance }) };
      const points = await charts.points({ schoolId: device.school, key, fromMs, toMs, resolution, nowMs });
      return {
        device: id,
        metric,
        ...(instance === undefined ? {} : { instance }),
        unit: METRICS[metric].unit,
        from: instantText(fromMs),
        to: instantText(toMs),
        instances,
        resolution,
        samples: points.map(({ atMs, value }): [number, number] => [atMs, value]),
        ...(resolution !== "raw" && {
          min: points.flatMap(({ min }) => min ?? []),
          max: points.flatMap(({ max }) => max ?? []),
        }),
      };
    },
  );
};

/** `undefined` when the collector shall choose. */
function asked(resolution: ChartResolution | "auto" | undefined): ChartResolution | undefined {
  return resolution === "auto" ? undefined : resolution;
}

function metricOf(name: string): MetricName {
  if (!isMetricName(name)) throw badQuery("metric", name, "a name from docs/metrics.md");
  return name;
}

function instantOf(path: string, text: string): number {
  const atMs = Date.parse(text);
  if (Number.isNaN(atMs)) throw badQuery(path, text, "an ISO 8601 instant");
  return atMs;
}
