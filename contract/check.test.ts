import Type from "typebox";
import { describe, expect, it } from "vitest";
import { checked, createChecker, schemaProblems } from "./check.ts";
import { type ClockConfig, ClockConfigSchema, clockOf, clockProblems } from "./clock-rule.ts";
import { ConfigError } from "./errors.ts";

const Schema = Type.Object(
  {
    port: Type.Integer({ minimum: 1, maximum: 65_535, default: 8080 }),
    kind: Type.Enum(["duckdb", "influx"]),
    list: Type.Array(Type.Object({ id: Type.String() }, { additionalProperties: false })),
  },
  { additionalProperties: false },
);

describe("checked", () => {
  it("fills in defaults and leaves the file's value as it was", () => {
    const given = { kind: "duckdb", list: [] };
    expect(checked("x.yaml", Schema, given)).toEqual({ port: 8080, kind: "duckdb", list: [] });
    expect(given).toEqual({ kind: "duckdb", list: [] });
  });

  it("says every problem at once, each with its path", () => {
    const problems = schemaProblems(createChecker(), Schema, {
      port: 0,
      kind: "oracle",
      list: [{ id: 1, x: 2 }, {}],
      extra: true,
    });
    expect(problems.map(({ path }) => path).sort()).toEqual([
      "extra",
      "kind",
      "list[0].id",
      "list[0].x",
      "list[1].id",
      "port",
    ]);
    expect(problems.find(({ path }) => path === "port")?.message).toBe("0 is below the minimum 1");
  });

  it("goes on past the eight problems at which the library stops by itself", () => {
    const list = Array.from({ length: 40 }, () => ({ id: 1 }));
    expect(schemaProblems(createChecker(), Schema, { port: 1, kind: "influx", list })).toHaveLength(40);
  });

  it("throws one error that holds the file's name and all problems", () => {
    expect(() => checked("x.yaml", Schema, {})).toThrow(ConfigError);
    expect(() => checked("x.yaml", Schema, {})).toThrow(
      /x\.yaml: 2 problems\n {2}kind: is missing\n {2}list: is missing/,
    );
  });
});

describe("the clock of a configuration", () => {
  const rule: ClockConfig = {
    school: {
      startedAt: "2026-11-22T00:00:00Z",
      shows: "2026-09-07T08:00:00+08:00",
      phases: [{ forSeconds: 1, speed: 60 }],
      open: [{ fromMinute: 480, toMinute: 720 }],
    },
  };

  it("is the system's when nothing is said", () => {
    expect(clockOf(undefined)).toMatchObject({ kind: "system" });
    expect(clockOf(undefined).speed()).toBe(1);
  });

  it("is a school clock by its rule", () => {
    expect(schemaProblems(createChecker(), ClockConfigSchema, rule)).toEqual([]);
    expect(clockProblems(rule)).toEqual([]);
    expect(clockOf(rule).speed()).toBe(60);
  });

  it("refuses instants that are none, and ranges that do not go forward, because such a clock would never move", () => {
    const bad: ClockConfig = {
      school: { ...rule.school, shows: "monday", open: [{ fromMinute: 480, toMinute: 480 }] },
    };
    expect(clockProblems(bad).map(({ path }) => path)).toEqual(["clock.school.shows", "clock.school.open[0]"]);
    expect(schemaProblems(createChecker(), ClockConfigSchema, { school: { ...rule.school, open: [] } })).toHaveLength(
      1,
    );
  });
});
