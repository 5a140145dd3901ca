// Results in a whole collector: from batches at its door to what is kept of the day, and over a restart.
import { expect, it } from "vitest";
import type { PolicyTargetDetail } from "../../contract/policy.ts";
import type { FigureDetail, GroupCardView, ScorecardView } from "../../contract/scorecard.ts";
import { useAssembled } from "../assembled-suite.ts";
import { SCHOOL } from "../inventory/files-suite.ts";

const DAY = "2026-09-08";
const collector = useAssembled("2026-09-09T07:30:00+08:00");

/** The access points answer in every slot of school hours of a day, to an agent that sees. */
async function deliver(sequence: number, day: string): Promise<void> {
  const midnightMs = Date.parse(`${day}T00:00:00+08:00`);
  const slots = [...range(96, 144), ...range(156, 204)];
  const lines = slots.flatMap((slot) => {
    const atMs = midnightMs + slot * 300_000 + 60_000;
    return [
      `agent,device=gw-1,instance=main agent_selftest_passed=1 ${atMs}`,
      `agent,device=gw-1,instance=wifi agent_selftest_passed=1 ${atMs}`,
      `probe,device=switch-a probe_ok=1 ${atMs}`,
      `probe,device=aa:bb:cc:dd:ee:01 probe_ok=1 ${atMs}`,
      `probe,device=aa:bb:cc:dd:ee:02 probe_ok=1 ${atMs}`,
    ];
  });
  await collector.deliver(sequence, lines);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

const get = async <T>(path: string) => (await collector.app.inject(path)).json<T>();

/** Rolls up what came late without waiting for more of it, as a start does: what is not rolled up yet is not known. */
async function restart(): Promise<void> {
  await collector.restart();
  await collector.parts.housekeeper.once();
}

async function run(): Promise<void> {
  await restart();
  const answer = await collector.app.inject({ method: "POST", url: "/v1/results/runs", payload: { asOf: DAY } });
  expect(answer.statusCode).toBe(201);
  const { results } = collector.parts.services;
  await results?.runs.idle();
  const [done] = (await results?.records.newest()) ?? [];
  expect(done).toMatchObject({ state: "done", progress: { problems: [] } });
}

it("keeps what batches brought of a day; late ones add a revision; a restart and a second run add none", async () => {
  await deliver(1, "2026-09-07");
  await run();
  const path = `/v1/scorecards/${SCHOOL}?asOf=${DAY}`;
  const first = await get<ScorecardView>(path);
  // One of two days is known: less than 80 %.
  expect(first).toMatchObject({ computed: "stored", kept: { revision: 1 }, coverage: { full: "unknown" } });
  expect(first.inputs).toMatchObject({ inventory: "1", fromDay: "2026-09-07", toDay: DAY });

  await deliver(2, DAY);
  await run();
  const second = await get<ScorecardView>(path);
  expect(second).toMatchObject({ kept: { revision: 2 }, coverage: { full: "true", covered: 2, venues: 2 } });
  const shown = await get<ScorecardView>(`${path}&revision=1`);
  expect(shown).toEqual(first);

  await run();
  expect((await get<ScorecardView>(path)).kept).toEqual(second.kept);
});

it("answers every figure from the whole county down to the room and its slots", async () => {
  await deliver(1, "2026-09-07");
  await deliver(2, DAY);
  await run();
  const county = await get<GroupCardView>(`/v1/scorecards/330106?asOf=${DAY}`);
  expect(county.indicators[0]).toMatchObject({ id: "WIFI_FULL_SHARE", value: 1, numerator: 1, denominator: 1 });
  const schools = await get<FigureDetail>(`/v1/scorecards/330106/indicators/WIFI_FULL_SHARE?asOf=${DAY}`);
  const rooms = await get<FigureDetail>(schools.parts[0]?.href ?? "");
  expect(rooms.parts.map(({ id, numerator, denominator }) => [id, numerator, denominator])).toEqual([
    ["v1", 192, 192],
    ["v2", 192, 192],
  ]);
  const slots = await collector.app.inject(rooms.parts[0]?.href ?? "");
  expect(slots.json()).toMatchObject({ id: "v1", days: [{ day: "2026-09-07" }, { day: DAY }] });
  const target = await get<PolicyTargetDetail>("/v1/policy-targets/B03");
  expect(target.views[0]?.parts[0]?.series).toMatchObject([{ asOf: DAY, numerator: 1, denominator: 1 }]);
  const { paths } = await get<{ paths: Record<string, object> }>("/openapi.json");
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining(["/v1/scorecards/{scope}", "/v1/policy-targets/{id}", "/v1/results/runs"]),
  );
});
