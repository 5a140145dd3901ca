import { describe, expect, it } from "vitest";
import { readInventory } from "./read.ts";
import { loadRegions } from "./regions.ts";

const [A, B, NEW] = ["2133000001", "2133000002", "2133000003"];
const inventory = readInventory(
  new Map([
    [
      "schools.csv",
      [
        "id,name,name_en,county,area_code,students,school_hours,inventory_confirmed_at",
        ...[A, B, NEW].map((id) => `${id},学校${id},,330106,111,,,`),
      ]
        .map((line) => `${line}\n`)
        .join(""),
    ],
    ["venues.csv", "id,school,building,room,name,kind,main_teaching,area_m2,seats\n"],
    [
      "devices.csv",
      [
        "id,school,kind,name,key,venue,parent,segment,expected_on",
        `a1,${A},ap,AP,AA-BB-CC-00-00-01,,,,`,
        `a2,${A},switch,Switch,switch,,,,`,
        `b1,${B},switch,Switch,core,,,,`,
        `b2,${B},switch,Switch,switch,,,,`,
        "",
      ].join("\n"),
    ],
    ["serves.csv", "device,venue,role\n"],
    ["agents.csv", "id,school,name\n"],
  ]),
  loadRegions(),
);

describe("a device that another school has", () => {
  it.each([
    { of: A, key: "aabb.cc00.0001", foreign: false, why: "its own, in another spelling" },
    { of: B, key: "aa:bb:cc:00:00:01", foreign: true, why: "another school's hardware address" },
    { of: A, key: "core", foreign: true, why: "a name that only another school lists" },
    { of: A, key: "switch", foreign: false, why: "a name that both list" },
    { of: A, key: "nobody's", foreign: false, why: "not listed at all" },
    { of: NEW, key: "switch", foreign: false, why: "a name, for a school without any listed device" },
    { of: NEW, key: "aa:bb:cc:00:00:01", foreign: true, why: "a hardware address, for a school without any" },
  ])("$key for $of: foreign is $foreign ($why)", ({ of, key, foreign }) => {
    expect(inventory.isForeign(String(of), key)).toBe(foreign);
  });
});
