import { describe, expect, it } from "vitest";
import { createApi } from "./api.ts";

const signal = new AbortController().signal;

function answering(body: string, status = 200) {
  const asked: string[] = [];
  const api = createApi("http://collector.test/campanile/", async (input) => {
    asked.push(String(input));
    return new Response(body, { status });
  });
  return { api, asked };
}

describe("createApi", () => {
  it("asks below the address the page was served from", async () => {
    const { api, asked } = answering("{}");
    await api.device("a/b 1", signal);
    expect(asked).toEqual(["http://collector.test/campanile/v1/devices/a%2Fb%201"]);
  });

  it("names the instance of a series only where there is one", async () => {
    const { api, asked } = answering("{}");
    const query = { metric: "wifi_clients", instance: undefined, fromMs: 0, toMs: 60_000 };
    await api.series("ap1", query, signal);
    await api.series("ap1", { ...query, instance: "1" }, signal);
    expect(asked.map((url) => new URL(url).search)).toEqual([
      "?metric=wifi_clients&from=1970-01-01T00%3A00%3A00.000Z&to=1970-01-01T00%3A01%3A00.000Z",
      "?metric=wifi_clients&instance=1&from=1970-01-01T00%3A00%3A00.000Z&to=1970-01-01T00%3A01%3A00.000Z",
    ]);
  });

  it("passes on the collector's code and message", async () => {
    const { api } = answering('{"code":"NOT_FOUND","message":"no school 1"}', 404);
    await expect(api.school("1", signal)).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: "no school 1",
      status: 404,
    });
  });

  it("names the status when an error has no code", async () => {
    const { api } = answering("[]", 502);
    await expect(api.schools(signal)).rejects.toMatchObject({ code: "HTTP_502", status: 502 });
  });

  it("tells an answer that is not JSON from no answer", async () => {
    const { api } = answering("<html>");
    await expect(api.schools(signal)).rejects.toMatchObject({ code: "BAD_ANSWER", status: 200 });
    const dead = createApi("http://collector.test/", () => Promise.reject(new TypeError("refused")));
    await expect(dead.schools(signal)).rejects.toMatchObject({ code: "NO_ANSWER", status: undefined });
  });
});
