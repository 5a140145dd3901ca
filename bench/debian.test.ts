import { expect, it } from "vitest";
import { installDebian } from "./debian.ts";

const here = { file: process.execPath, debianPackage: "nodejs" };
const absent = { file: "/nowhere/collectd", debianPackage: "collectd-core" };

it("asks for nothing when all is there", () => {
  expect(installDebian([here], true, () => expect.unreachable())).toEqual(new Map());
});

it("names what is missing, and why, to one who may not install it", () => {
  const missing = installDebian([here, absent, absent], false, () => expect.unreachable());
  expect([...missing.keys()]).toEqual(["collectd-core"]);
  expect(missing.get("collectd-core")).not.toBe("");
});
