import { describe, expect, it } from "vitest";
import { namesIn, topicProblem } from "./topic.ts";

describe("a topic pattern", () => {
  it.each([["zigbee2mqtt/{device}"], ["+/{device}/{instance}/{field}"], ["{device}"], ["a/{device}/#"]])(
    "%s is one",
    (pattern) => {
      expect(topicProblem(pattern)).toBeUndefined();
    },
  );

  it.each([
    ["zigbee2mqtt/+"],
    [""],
    ["{device}/{device}"],
    ["{device}/{room}"],
    ["a/#/{device}"],
    ["a{device}"],
    ["{device}/+x"],
  ])("%s is none", (pattern) => {
    expect(topicProblem(pattern)).toEqual(expect.any(String));
  });

  it.each([
    ["a/b", ["a/{device}"], { device: "b" }],
    ["a/b/c", ["a/{device}"], undefined],
    ["a", ["a/{device}"], undefined],
    ["a/", ["a/{device}"], undefined],
    ["a/b/c/d", ["a/{device}/#"], { device: "b" }],
    ["a/b", ["a/{device}/#"], { device: "b" }],
    ["x/b/c", ["a/{device}/{field}", "+/{instance}/{device}"], { instance: "b", device: "c" }],
    ["x/y", [], { device: "x/y" }],
  ])("%s by %j names %j", (topic, patterns, names) => {
    expect(namesIn(topic, patterns)).toEqual(names);
  });
});
