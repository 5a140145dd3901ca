import { describe, expect, it } from "vitest";
import { parseArguments } from "./arguments.ts";

const words = (text: string) => text.split(" ").filter((word) => word !== "");

describe("the command line of a torture run", () => {
  it("needs nothing", () => {
    expect(parseArguments([], 42)).toEqual({
      kind: "run",
      arguments: { minutes: 5, seed: 42, store: "duckdb", isJson: false },
    });
  });

  it("takes every option", () => {
    const parsed = parseArguments(words("--minutes 0.5 --seed 7 --store influx --json --keep out"), 42);
    expect(parsed).toEqual({
      kind: "run",
      arguments: { minutes: 0.5, seed: 7, store: "influx", isJson: true, keep: "out" },
    });
  });

  it("shows its usage when asked", () => {
    expect(parseArguments(["--help"], 1)).toEqual({ kind: "help" });
  });

  it.each([
    "--minutes",
    "--minutes 0",
    "--minutes 1441",
    "--minutes long",
    "--seed -1",
    "--seed 4294967296",
    "--seed 1.5",
    "--store postgres",
    "--keep",
    "--keep --json",
    "--fast",
    "30",
  ])("refuses %s", (text) => {
    expect(parseArguments(words(text), 1)).toMatchObject({ kind: "refused" });
  });
});
