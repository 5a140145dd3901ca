// The demo as a person meets it: `npm start`, the page in a browser, an access point switched off, Ctrl-C.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeviceView, SchoolList, SchoolSummary, SchoolView, VenueVerdict, VenueView } from "../contract/api.ts";
import type { ComparisonList } from "../contract/declared.ts";
import type { ScorecardView } from "../contract/scorecard.ts";
import { CHROMIUM, childrenOf, devicesOf, launchChromium, until } from "./demo-suite.ts";
import { freePort, getJson, type Program, start } from "./programs.ts";

const SLOT_MS = 300_000;
/** School time by real time in the demo's last phase. */
const SLOW = 60;
/** Share of a school's devices that has to be seen up: of some a scenario says that they are broken. */
const MOST = 0.5;

let demo: Program;
let url: string;
/** The room whose only access point is stopped, and that access point. */
let stopped: { room: string; ap: string } | undefined;
const folder = mkdtempSync(join(tmpdir(), "campanile-demo-"));

beforeAll(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  demo = start("start", ["--built", "--port", String(port), "--dir", folder, "--control-port", "0"]);
  await demo.line((line) => line.includes("is listening on"));
});

afterAll(async () => {
  await demo.end("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const schools = async () => (await getJson<SchoolList>(`${url}/v1/schools`))?.schools ?? [];

async function school(id: string): Promise<SchoolView> {
  return until(() => getJson<SchoolView>(`${url}/v1/schools/${id}`));
}

/** Polls until a school looks as wanted; a failing test shows what the programs wrote. */
async function schoolThat(wanted: (school: SchoolSummary) => boolean): Promise<SchoolSummary> {
  return until(async () => (await schools()).find(wanted));
}

describe("npm start", () => {
  it("shows for each school a figure, or insufficient data with its reason, from readings that went the whole path", async () => {
    for (const { id } of await until(async () => ((await schools()).length === 6 ? await schools() : undefined))) {
      const judged = await schoolThat(
        (s) => s.id === id && s.coverage.window.expectedSlots > 3 && s.agents.every(({ batches }) => batches > 0),
      );
      const { rate } = judged.coverage;
      expect(rate.value ?? rate.reasons[0]?.reason, demo.output()).toBeDefined();
      await until(async () => {
        const { deviceList } = await school(id);
        return deviceList.filter(({ slots }) => slots.up > 0).length > deviceList.length * MOST;
      });
    }
  }, 90_000);

  it("has about 150 devices in one urban, one rural and one island county, and three small schools elsewhere", async () => {
    const all = await schools();
    const large = all.filter(({ county }) => ["330106", "330922", "331127"].includes(county.code));
    expect(large).toHaveLength(3);
    expect(all).toHaveLength(6);
    expect(devicesOf(large)).toBeGreaterThanOrEqual(140);
    expect(devicesOf(large)).toBeLessThanOrEqual(170);
    expect(devicesOf(all)).toBeLessThanOrEqual(200);
  });

  it("says which clock it runs on", async () => {
    expect((await getJson<SchoolList>(`${url}/v1/schools`))?.clock).toMatchObject({ kind: "school" });
  });

  it("prints a figure for the schools that are seen, and none for the island once its agent has been blind too long", async () => {
    const island = await schoolThat(
      ({ county, coverage }) =>
        county.code === "330922" &&
        coverage.rate.reasons.some(({ reason }) => reason === "agent_blind") &&
        coverage.rate.status === "insufficient",
    );
    expect(island.coverage.rate).not.toHaveProperty("value");
    expect(island.agents[0]?.state).toBe("blind");
    const urban = await schoolThat(
      ({ county, coverage }) => county.code === "330106" && coverage.rate.status === "value",
    );
    expect(urban.coverage.notCovered).toBeGreaterThan(0);
  }, 120_000);
});

describe("each verdict is in the demo at least once", () => {
  /** Waits until a school has main rooms with all these verdicts. */
  const roomsWith = (id: string, ...verdicts: VenueVerdict[]) =>
    until(async () => {
      const rooms = (await school(id)).venues.filter(({ mainTeaching }) => mainTeaching);
      return verdicts.every((verdict) => rooms.some((room) => room.verdict === verdict)) && rooms;
    });

  it("covered, covered below quality and not equipped, in the school whose access points tell how well they are received", async () => {
    const rooms = await roomsWith("2133000104", "covered", "covered_below_quality", "not_equipped");
    expect(rooms.find(({ verdict }) => verdict === "covered_below_quality")?.id).toBe("lt-t-204");
  }, 120_000);

  it("covered with quality unproven, not covered and not equipped, in the town", async () => {
    const rooms = await roomsWith("2133000101", "covered_quality_unproven", "not_covered", "not_equipped");
    expect(rooms.find(({ id }) => id === "xh-a-203")?.verdict).toBe("not_covered");
  }, 120_000);

  it("insufficient because the agent was off: what its machine did not see is never told later", async () => {
    const off = await schoolThat(
      ({ id, coverage: { rate } }) =>
        id === "2133000105" &&
        rate.status === "insufficient" &&
        rate.reasons.some(({ reason }) => reason === "agent_offline"),
    );
    expect(off.coverage.rate).not.toHaveProperty("value");
    const back = await schoolThat(({ id, agents }) => id === "2133000105" && agents[0]?.state === "seeing");
    expect(back.coverage.rate.reasons.map(({ reason }) => reason)).toContain("agent_offline");
  }, 120_000);

  it("frozen: the result of June of the school whose term begins later than the others'", async () => {
    const frozen = await schoolThat(({ id, coverage }) => id === "3533000106" && coverage.rate.status === "frozen");
    expect(frozen.coverage.window).toMatchObject({ fromDay: "2026-06-30", toDay: "2026-06-30", teachingDays: 1 });
    expect(frozen.coverage.rate.value).toBe(1);
  }, 60_000);

  it("a recognition as smart campus that the data contradict", async () => {
    const { comparisons } = await until(async () => {
      const list = await getJson<ComparisonList>(`${url}/v1/declared/comparisons?scope=2133000104`);
      return list?.comparisons.some(({ contradicted }) => contradicted) && list;
    });
    expect(comparisons).toMatchObject([
      { indicator: "SMART_RATE", declared: "yes", measured: "no", result: "disagree", contradicted: true },
    ]);
    const card = await getJson<ScorecardView>(`${url}/v1/scorecards/2133000104`);
    expect(card).toMatchObject({ attested: true, standing: "contradicted", smartReady: { ready: "no" } });
    expect(card?.smartReady.reasons).toEqual(["cover_low"]);
  }, 60_000);
});

describe.skipIf(!CHROMIUM)("the page in Debian's Chromium (skipped where chromium is not installed)", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  it.each(["zh-CN", "en-US"])(
    "shows a school's figure as the API gives it, and unknown as unknown (%s)",
    async (locale) => {
      const page = await browser.newPage({ locale });
      await page.goto(url);
      const all = await schools();
      for (const { id } of all) await page.getByTestId(`school-figure-${id}`).waitFor();
      const urban = all.find(({ county }) => county.code === "330106");
      await until(async () => {
        const now = (await schools()).find(({ id }) => id === urban?.id)?.coverage.rate;
        const shown = await page.getByTestId(`school-figure-${urban?.id}`).textContent();
        return now?.value !== undefined && shown?.includes((now.value * 100).toFixed(1));
      });
      const island = all.find(({ county }) => county.code === "330922");
      const words = locale === "zh-CN" ? "数据不足" : "insufficient data";
      await until(async () =>
        (await page.getByTestId(`school-figure-${island?.id}`).textContent())?.toLowerCase().includes(words),
      );
      expect(await page.getByTestId("demo-banner").isVisible()).toBe(true);
      await page.close();
    },
    60_000,
  );
});

describe.skipIf(!CHROMIUM)("policy targets on the page (skipped where chromium is not installed)", () => {
  it("stand there word for word under their documents, and are called insufficient while nothing is kept to judge them on", async () => {
    const browser = await launchChromium();
    const page = await browser.newPage({ locale: "zh-CN" });
    await page.goto(url);
    await page.getByTestId("targets-link").click();
    const row = page.getByTestId("target-A05");
    await row.waitFor();
    const text = (await row.textContent()) ?? "";
    expect(text).toContain("实现乡村学校主要教学场所无线网络全覆盖");
    expect(text).toContain("数据不足");
    expect(await page.locator("h2").first().textContent()).toContain("浙教技中心〔2021〕120号");
    expect(await page.getByTestId("proxy-note").isVisible()).toBe(true);
    expect(await page.locator("tbody tr").count()).toBe(206);
    await browser.close();
  }, 60_000);
});

describe("a switched-off access point", () => {
  it("shows the room of a stopped access point as unserved within two slots, with the cause named", async () => {
    // At the speed of the first minutes two slots are over before a program has started.
    await until(async () => ((await getJson<SchoolList>(`${url}/v1/schools`))?.clock.speed ?? SLOW + 1) <= SLOW);
    const { id } = await schoolThat(({ county }) => county.code === "330106");
    const room = await until(async () =>
      (await school(id)).venues.find((v) => v.mainTeaching && v.servedBy.length === 1 && v.now.state === "served"),
    );
    const ap = room.servedBy[0] ?? "";
    stopped = { room: room.id, ap };
    const control = /--control (\S+)/.exec(demo.output())?.[1] ?? "";
    const set = start("sims", ["set", ap, "off", "--control", control]);
    expect(await set.finished(), set.output()).toBe(0);
    const stoppedAtMs = Date.parse((await until(() => getJson<SchoolList>(`${url}/v1/schools`))).clock.now);

    const venue = await until(async () => {
      const now = await getJson<VenueView>(`${url}/v1/venues/${room.id}`);
      return now?.now.state === "unserved" && now;
    });
    const cause = venue.now.causes.find(({ device }) => device === ap);
    expect(cause).toMatchObject({ state: "down", name: expect.any(String) });
    expect(Date.parse(cause?.since ?? "")).toBeLessThanOrEqual(stoppedAtMs + 2 * SLOT_MS);
  }, 120_000);
});

describe.skipIf(!CHROMIUM)("the room on the page (skipped where chromium is not installed)", () => {
  it("says that the stopped access point is the cause", async () => {
    const browser = await launchChromium();
    const page = await browser.newPage({ locale: "en-US" });
    await page.goto(`${url}/#/venues/${stopped?.room}`);
    const name = (await until(() => getJson<DeviceView>(`${url}/v1/devices/${stopped?.ap}`))).name;
    await until(async () =>
      (await page.getByTestId(`venue-state-${stopped?.room}`).textContent())?.includes("unserved"),
    );
    expect(await page.getByTestId(`venue-cause-${stopped?.room}`).first().textContent()).toContain(name);
    await browser.close();
  }, 60_000);
});

describe("Ctrl-C", () => {
  it("ends everything that was started", async () => {
    const children = childrenOf(demo.child.pid ?? 0);
    expect(children.length).toBeGreaterThanOrEqual(5);
    expect(await demo.end("SIGINT"), demo.output()).toBe(0);
    expect(children.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
  });
});
