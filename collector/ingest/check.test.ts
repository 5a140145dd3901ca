import { describe, expect, it } from "vitest";
import { eachSample } from "../store/sample-columns.ts";
import { FUTURE_TOLERANCE_MS, LineChecker, MAX_REFUSED_LISTED } from "./check.ts";

const NOW = Date.parse("2026-03-02T08:00:00+08:00");
const LATE_MS = 7 * 86_400_000;

const check = (text: string, checker = new LineChecker({ lateAcceptMs: LATE_MS })) => {
  const checked = checker.check(Buffer.from(text), { nowMs: NOW });
  return { ...checked, samples: [...eachSample(checked.samples)] };
};
const codeOf = (line: string) => check(line).refused[0]?.code ?? "accepted";

describe("a batch of lines", () => {
  it("becomes samples, facts and events; wrong lines are refused by number and the others go on", () => {
    const checked = check(
      [
        `device,device=ap-1 wifi_clients=12,wifi_ap_up=1 ${NOW}`,
        `device,device=ap-2 wifi_clients=-3 ${NOW}`,
        "",
        `radio,device=ap-1,instance=1 wifi_channel_busy_ratio=0.25 ${NOW}`,
        `fact,device=ap-1 model="AP \\"7\\"",vendor="华为" ${NOW}`,
        `event,device=door-1,kind=door_forced text="门" ${NOW}`,
        "nonsense",
      ].join("\n"),
    );
    expect(checked.samples).toEqual([
      { key: { metric: "wifi_clients", device: "ap-1" }, atMs: NOW, value: 12 },
      { key: { metric: "wifi_ap_up", device: "ap-1" }, atMs: NOW, value: 1 },
      { key: { metric: "wifi_channel_busy_ratio", device: "ap-1", instance: "1" }, atMs: NOW, value: 0.25 },
    ]);
    expect(checked.facts).toEqual([{ device: "ap-1", atMs: NOW, texts: { model: 'AP "7"', vendor: "华为" } }]);
    expect(checked.events).toEqual([{ device: "door-1", atMs: NOW, kind: "door_forced", text: "门" }]);
    expect(checked.accepted).toBe(4);
    expect(checked.refused).toEqual([
      { line: 2, code: "OUT_OF_RANGE", message: "wifi_clients is -3 clients, expected 0 to 1000000" },
      { line: 7, code: "LINE_SYNTAX", message: expect.any(String) },
    ]);
  });

  it("loses a whole line for one bad reading in it, also for what stood before the bad one", () => {
    const checked = check(
      `device,device=a wifi_clients=1,cpu_busy_ratio=1.5,wifi_ap_up=1 ${NOW}\ndevice,device=a wifi_clients=2 ${NOW}`,
    );
    expect(checked.samples.map(({ value }) => value)).toEqual([2]);
    expect(checked.refused).toMatchObject([{ line: 1, code: "OUT_OF_RANGE" }]);
  });

  it("names one series once, however its lines are ordered and its device is spelled", () => {
    const checker = new LineChecker({ lateAcceptMs: LATE_MS });
    const lines = [
      `device,device=AA-BB-CC-00-11-22 wifi_clients=1,wifi_ap_up=1 ${NOW}`,
      `device,device=AA-BB-CC-00-11-22 wifi_ap_up=0,wifi_clients=2 ${NOW + 1}`,
      `device,device=aabb.cc00.1122 wifi_clients=3 ${NOW + 2}`,
    ];
    const { samples } = check(lines.join("\n"), checker);
    expect(new Set(samples.map(({ key }) => key.device))).toEqual(new Set(["aa:bb:cc:00:11:22"]));
    const again = checker.check(Buffer.from(lines.slice(0, 2).join("\n")), { nowMs: NOW }).samples;
    expect(new Set(again.seriesIndex.subarray(0, again.length)).size).toBe(2);
  });

  it("comes with the sender's own list of series, which only grows", () => {
    const checker = new LineChecker({ lateAcceptMs: LATE_MS });
    const of = (sender: string, text: string) => checker.check(Buffer.from(text), { nowMs: NOW, sender }).samples;
    const first = of("one", `device,device=a wifi_clients=1 ${NOW}`);
    const second = of("one", `device,device=b wifi_clients=2 ${NOW}\ndevice,device=a wifi_clients=3 ${NOW}`);
    expect(second.series).toBe(first.series);
    expect(second.series.map(({ device }) => device)).toEqual(["a", "b"]);
    expect([...eachSample(second)].map(({ key, value }) => [key.device, value])).toEqual([
      ["b", 2],
      ["a", 3],
    ]);
    const other = of("two", `device,device=b wifi_clients=4 ${NOW}`);
    expect(other.series).toEqual([{ metric: "wifi_clients", device: "b" }]);
    expect([...eachSample(first)]).toEqual([{ key: { metric: "wifi_clients", device: "a" }, atMs: NOW, value: 1 }]);
  });

  it("asks for a device once as long as the inventory is the same, and every time for one of another school", () => {
    const checker = new LineChecker({ lateAcceptMs: LATE_MS });
    const asked: string[] = [];
    const ask = (inventory: object | undefined, foreign: string) => {
      const isForeign = (device: string) => {
        asked.push(device);
        return device === foreign;
      };
      const text = `device,device=a wifi_clients=1 ${NOW}\ndevice,device=b wifi_clients=2 ${NOW}`;
      return checker.check(Buffer.from(text), { nowMs: NOW, isForeign, inventory }).refused;
    };
    const [one, other] = [{}, {}];
    expect(ask(one, "b")).toMatchObject([{ line: 2, code: "FOREIGN_DEVICE" }]);
    expect(ask(one, "b")).toHaveLength(1);
    expect(asked).toEqual(["a", "b", "b"]);
    expect(ask(other, "a")).toMatchObject([{ line: 1, code: "FOREIGN_DEVICE" }]);
    expect(ask(undefined, "b")).toHaveLength(1);
    expect(ask(undefined, "")).toEqual([]);
  });

  it("has nothing of the batch before", () => {
    const checker = new LineChecker({ lateAcceptMs: LATE_MS });
    check(`device,device=a wifi_clients=1 ${NOW}\nbad\nfact,device=a model="x" ${NOW}`, checker);
    const second = check(`device,device=b wifi_clients=2 ${NOW}\ndevice,device=a wifi_clients=3 ${NOW}`, checker);
    expect(second.samples.map(({ key, value }) => [key.device, value])).toEqual([
      ["b", 2],
      ["a", 3],
    ]);
    expect(second).toMatchObject({ accepted: 2, refused: [], refusedCount: 0, facts: [] });
  });

  it("of garbage lists no more refused lines than an answer can hold, and counts them all", () => {
    const checked = check("x\n".repeat(MAX_REFUSED_LISTED + 5));
    expect(checked.refused).toHaveLength(MAX_REFUSED_LISTED);
    expect(checked.refusedCount).toBe(MAX_REFUSED_LISTED + 5);
  });
});

describe("a line is", () => {
  it.each([
    ["accepted", "device,device=a wifi_clients=0"],
    ["accepted", "device,device=a wifi_clients=12i"],
    ["accepted", "radio,device=a,instance=1 wifi_channel_busy_ratio=1"],
    ["accepted", "interface,device=a,instance=GigabitEthernet0/0/1 if_up=1"],
    ["accepted", "agent,device=gw agent_selftest_passed=1"],
    ["accepted", "agent,device=gw,instance=vlan20 agent_selftest_passed=1"],
    ["accepted", "probe,device=a probe_ok=0,probe_failure=1"],
    ["accepted", 'event,device=a,kind=trap_v2 text=""'],
    ["LINE_SYNTAX", "device,device=a wifi_clients"],
    ["UNKNOWN_MEASUREMENT", "cpu,device=a wifi_clients=1"],
    ["UNKNOWN_MEASUREMENT", "constructor,device=a wifi_clients=1"],
    ["UNKNOWN_METRIC", "device,device=a wifi_clientz=1"],
    ["UNKNOWN_METRIC", "device,device=a toString=1"],
    ["UNKNOWN_METRIC", 'fact,device=a colour="red"'],
    ["UNKNOWN_METRIC", 'fact,device=a __proto__="red"'],
    ["UNKNOWN_METRIC", 'event,device=a,kind=k note="x"'],
    ["UNKNOWN_METRIC", 'event,device=a,kind=Not-Snake text="x"'],
    ["WRONG_MEASUREMENT", "device,device=a wifi_radio_clients=1"],
    ["WRONG_MEASUREMENT", "radio,device=a,instance=1 wifi_clients=1"],
    ["MISSING_TAG", "device wifi_clients=1"],
    ["MISSING_TAG", "device,device=\\ \\  wifi_clients=1"],
    ["MISSING_TAG", "radio,device=a wifi_radio_clients=1"],
    ["MISSING_TAG", "interface,device=a if_up=1"],
    ["MISSING_TAG", 'event,device=a text="x"'],
    ["UNKNOWN_TAG", "device,device=a,instance=1 wifi_clients=1"],
    ["UNKNOWN_TAG", "probe,device=a,instance=1 probe_ok=1"],
    ["UNKNOWN_TAG", "device,device=a,school=3633000002 wifi_clients=1"],
    ["UNKNOWN_TAG", "device,device=a,kind=x wifi_clients=1"],
    ["UNKNOWN_TAG", 'fact,device=a,instance=1 model="x"'],
    ["UNKNOWN_TAG", 'event,device=a,kind=k,instance=1 text="x"'],
    ["NOT_A_NUMBER", "device,device=a wifi_clients=true"],
    ["NOT_A_NUMBER", 'device,device=a wifi_clients="12"'],
    ["NOT_A_NUMBER", "device,device=a wifi_clients=NaN"],
    ["NOT_A_NUMBER", "device,device=a wifi_clients=-Inf"],
    ["NOT_A_NUMBER", "device,device=a wifi_clients=1e400"],
    ["NOT_A_TEXT", "fact,device=a model=7"],
    ["NOT_A_TEXT", "event,device=a,kind=k text=1"],
    ["OUT_OF_RANGE", "device,device=a cpu_busy_ratio=1.0000001"],
    ["OUT_OF_RANGE", "device,device=a cpu_busy_ratio=-0.0000001"],
    ["OUT_OF_RANGE", "device,device=a wifi_clients=1.5"],
    ["OUT_OF_RANGE", "device,device=a wifi_ap_up=2"],
    ["OUT_OF_RANGE", "radio,device=a,instance=1 wifi_noise_dbm=0"],
  ])("%s: %s", (code, line) => {
    expect(codeOf(`${line} ${NOW}`)).toBe(code);
  });

  it.each([
    ["accepted", NOW - LATE_MS],
    ["TOO_OLD", NOW - LATE_MS - 1],
    ["accepted", NOW + FUTURE_TOLERANCE_MS],
    ["IN_THE_FUTURE", NOW + FUTURE_TOLERANCE_MS + 1],
    ["IN_THE_FUTURE", `${NOW}000000`],
    ["TOO_OLD", 0],
    ["TOO_OLD", -5],
    ["TIMESTAMP_MISSING", ""],
    ["TIMESTAMP_MISSING", `${NOW}.5`],
  ])("%s at %s", (code, at) => {
    expect(codeOf(`device,device=a wifi_clients=1 ${at}`)).toBe(code);
  });

  it("read with minus zero as zero", () => {
    expect(check(`device,device=a wifi_clients=-0 ${NOW}`).samples).toEqual([
      { key: { metric: "wifi_clients", device: "a" }, atMs: NOW, value: 0 },
    ]);
  });
});
