import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { declarations } from "./declared.ts";
import { agentFile, inventoryFiles } from "./inventory.ts";
import type { Plan } from "./plan.ts";
import { loadScenario } from "./scenario.ts";

let plan: Plan;
let files: Map<string, string[]>;
beforeAll(async () => {
  plan = await loadScenario(fileURLToPath(new URL("./county.yaml", import.meta.url)));
  files = new Map([...inventoryFiles(plan)].map(([name, text]) => [name, text.trimEnd().split("\n")]));
});
const lines = (name: string) => files.get(name) ?? [];

describe("inventoryFiles", () => {
  it("writes the six files with the columns that the import expects", () => {
    expect([...files].map(([name, [header]]) => [name, header])).toEqual([
      [
        "schools.csv",
        "id,name,name_en,county,area_code,students,school_hours,inventory_confirmed_at,stage,area_source",
      ],
      [
        "venues.csv",
        "id,school,building,room,name,kind,main_teaching,area_m2,seats,reconfigurable,compatible,recordable,needs_equipment,approved_on,approval",
      ],
      [
        "devices.csv",
        "id,school,kind,name,key,venue,parent,segment,expected_on,owner,operator,asset_code,location,installed_on,role,uplink_interface,contract_mbps",
      ],
      ["serves.csv", "device,venue,role,walk_test_dbm,walk_test_date"],
      ["agents.csv", "id,school,name"],
      ["calendar.csv", "scope,from,to,kind,name"],
    ]);
  });

  it("writes one line a school, device, agent and calendar entry", () => {
    expect(lines("schools.csv")[1]).toBe(
      "2133000101,示例钟楼小学,Example Bell Tower Primary School,330106,111,1640,08:00-12:00 13:00-17:00,2026-06-22,primary,统计用区划代码和城乡划分代码",
    );
    expect(lines("devices.csv")).toHaveLength(186);
    expect(lines("agents.csv")[3]).toBe("shengsi-gateway,3433000103,示例海岛高级中学网关");
    expect(lines("calendar.csv")[1]).toBe("*,2026-09-07,2027-01-29,term,2026学年第一学期");
  });

  it("keys an access point behind a controller by its MAC, and one that answers itself by its target", () => {
    expect(lines("devices.csv")).toContain(
      "xh-ap-001,2133000101,ap,AP-A101-1,02:33:01:00:01:00,xh-a-101,xh-ac1,,always,示例钟楼小学,示例钟楼小学信息中心,2133000101-0004,,2022-08-20,,,",
    );
    expect(lines("devices.csv")).toContain(
      "ss-ap-001,3433000103,ap,AP-T101-1,ss-ap-001,ss-t-101,ss-gw,,always,,,,,,,,",
    );
  });

  it("names the way out with its contract, the core, and what is off without being broken", () => {
    const line = (id: string) => lines("devices.csv").find((text) => text.startsWith(`${id},`));
    expect(line("xh-gw")).toMatch(/,egress,wan0,1000$/);
    expect(line("xh-ac1")).toMatch(/,core,,$/);
    expect(line("xh-prj-1")).toBe(
      "xh-prj-1,2133000101,projector,投影机 Projector 101,xh-prj-1,xh-a-101,xh-gw,,on_demand,示例钟楼小学,示例钟楼小学信息中心,2133000101-0076,,2019-08-15,,,",
    );
    expect(line("xh-ups-1")).toContain(",always,");
  });

  it("says what was assessed of a room, and the approval of a new-type space", () => {
    expect(lines("venues.csv")).toContain(
      "xh-c-404,2133000101,综合楼,404,未来学习空间 404,new_space,,96,40,yes,yes,yes,,2025-12-10,示例新型教学空间名单（虚构）",
    );
  });

  it("says which room an access point serves, with the walk test where there is one", () => {
    expect(lines("serves.csv")).toContain("xh-ap-001,xh-a-101,primary,,");
    expect(lines("serves.csv")).toContain("xh-ap-025,xh-a-105,secondary,-63,2026-05-20");
  });

  it("quotes a cell that holds a comma or a quote", () => {
    const [first] = plan.schools;
    if (!first) throw new Error("the county has schools");
    const odd = { ...first, school: { ...first.school, name: 'A, "B"' } };
    const text = inventoryFiles({ ...plan, schools: [odd] }).get("schools.csv");
    expect(text).toContain('2133000101,"A, ""B""",Example');
  });
});

describe("agentFile", () => {
  it("writes a configuration whose self-test rests on targets of the agent", () => {
    const clock = { startedAt: "2026-11-22T04:00:00.000Z", ...plan.clock };
    for (const planned of plan.schools) {
      const addressOf = () => ({ host: "127.0.0.1", port: 16_100 });
      const text = agentFile({
        plan,
        planned,
        collector: "http://127.0.0.1:8080",
        clock,
        profiles: "/p",
        addressOf,
      });
      const config = parse(text);
      const ids = config.targets.map(({ id }: { id: string }) => id);
      expect(config).toMatchObject({
        agent: planned.school.agent.id,
        interval: "100s",
        timeout: "250ms",
        spool: { flush: "400ms", maxAge: "100d" },
        clock: { school: clock },
        selfTest: { interface: "lo", gateway: planned.gatewayId },
      });
      expect(ids).toEqual(expect.arrayContaining([planned.gatewayId, ...config.selfTest.references]));
      expect(config.targets[0]).toEqual({ id: planned.gatewayId, url: "snmp://127.0.0.1:16100", community: "public" });
    }
  });

  it("asks OpenWrt access points by a profile of the school's own", () => {
    const planned = plan.schools.find(({ school }) => school.wifi.kind === "openwrt");
    if (!planned) throw new Error("the county has a school with OpenWrt");
    const clock = { startedAt: "2026-11-22T04:00:00.000Z", ...plan.clock };
    const addressOf = () => ({ host: "127.0.0.1", port: 16_100 });
    const config = parse(agentFile({ plan, planned, collector: "http://c", clock, profiles: "/p", addressOf }));
    const profileOf = (id: string) => config.targets.find((target: { id: string }) => target.id === id).profile;
    expect(config.profiles).toEqual(["/p"]);
    expect(profileOf("lt-ap-001")).toBe("openwrt-survey");
    expect(profileOf("lt-gw")).toBeUndefined();
  });
});

describe("declarations", () => {
  it("names the school, the indicator, and a file that says that it is an invented example", () => {
    const [declared] = declarations(plan);
    expect(declared).toMatchObject({
      scope: "2133000104",
      indicator: "SMART_RATE",
      kind: "flag",
      holds: true,
      signedOn: "2026-05-18",
    });
    expect(declared?.attachment.text).toContain("invented example");
  });
});
