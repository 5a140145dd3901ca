import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../contract/errors.ts";
import { readConfig } from "./config.ts";

const SAMPLES = new URL("../config/", import.meta.url).pathname;
const INVALID = join(SAMPLES, "invalid");
const refusals = readdirSync(INVALID).filter((name) => name.startsWith("collector-"));

function problemsOf(file: string): string {
  try {
    readConfig(file, {});
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ path, message }) => `${path} ${message}`).join("\n");
    throw error;
  }
  return "";
}

function fileWith(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), "campanile-config-")), "collector.yaml");
  writeFileSync(file, text);
  return file;
}

describe("the collector's configuration", () => {
  it("accepts the commented sample, and its values are the defaults", () => {
    const { dataDir: ofSample, store: storeOfSample, ...sample } = readConfig(join(SAMPLES, "collector.yaml"), {});
    const { dataDir, store, ...defaults } = readConfig(fileWith("dataDir: ./data"), {});
    expect(sample).toEqual(defaults);
    expect({ ...storeOfSample, path: "" }).toEqual({ ...store, path: "" });
    expect(ofSample.endsWith("/config/data")).toBe(true);
    expect(dataDir.endsWith("/data")).toBe(true);
  });

  it.each(refusals)("refuses invalid/%s and names what its first line says", (name) => {
    const expected = /^# refused: (.*)$/m.exec(readFileSync(join(INVALID, name), "utf8"))?.[1];
    const problems = problemsOf(join(INVALID, name));
    expect(problems).not.toBe("");
    for (const part of (expected ?? "").split("; ")) {
      if (part !== "not YAML")
        expect(problems).toMatch(new RegExp(part.replace(/[[\].]/g, "\\$&").replace(" ", " .*")));
    }
  });

  it("has an example of every refusal that it promises", () => {
    expect(refusals.length).toBeGreaterThanOrEqual(9);
  });

  it("says every problem of a file at once, those of the store among them", () => {
    const problems = problemsOf(fileWith("listen: { port: -1 }\nstore: { kind: duckdb, memoryLimit: much }\nfoo: 1\n"));
    for (const path of ["listen.port", "store.memoryLimit", "foo", "dataDir"]) expect(problems).toContain(path);
  });

  it("takes a password from a file or the environment, never from the file itself", () => {
    const file = fileWith(
      "dataDir: .\nstore: { kind: influx, url: 'http://127.0.0.1:8086', database: c, username: u, passwordEnv: PW }",
    );
    expect(readConfig(file, { PW: "s3cret" }).store).toMatchObject({ version: 1, username: "u", password: "s3cret" });
    expect(problemsOf(file)).toContain("the environment has no PW");
  });

  it("takes a token likewise, and tells the store the command that makes what it needs", () => {
    const two = fileWith(
      "dataDir: .\nstore: { kind: influx, version: 2, url: 'http://127.0.0.1:8086', org: o, bucket: b, tokenFile: ./token }",
    );
    writeFileSync(join(dirname(two), "token"), "s3cret\n");
    expect(readConfig(two, {}).store).toEqual({
      kind: "influx",
      version: 2,
      url: "http://127.0.0.1:8086",
      org: "o",
      bucket: "b",
      token: "s3cret",
      setUpWith: `campanile-collector setup-store --config ${two}`,
    });
    const three = fileWith(
      "dataDir: .\nstore: { kind: influx, version: 3, url: 'http://127.0.0.1:8181', database: d }",
    );
    expect(readConfig(three, {}).store).toMatchObject({ version: 3, database: "d" });
    expect(readConfig(three, {}).store).not.toHaveProperty("token");
  });

  it("says so when the file is not there", () => {
    expect(problemsOf("/nowhere/collector.yaml")).toContain("cannot be read");
  });
});
