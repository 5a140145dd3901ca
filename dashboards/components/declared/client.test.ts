import { describe, expect, it } from "vitest";
import { createApi } from "../../api.ts";

const signal = new AbortController().signal;

function answering(body: string, status = 200) {
  const asked: { url: string; method: string | undefined; headers: Headers; body: unknown }[] = [];
  const api = createApi("http://collector.test/campanile/", async (input, init) => {
    asked.push({ url: String(input), method: init?.method, headers: new Headers(init?.headers), body: init?.body });
    return new Response(body, { status });
  });
  return { api: api.declarations, asked };
}

describe("what people enter", () => {
  it("is sent as JSON below the address that the page was served from", async () => {
    const { api, asked } = answering("{}");
    await api.withdraw("a/b", { author: "Li", reason: "x" });
    const [sent] = asked;
    expect([sent?.url, sent?.method, sent?.body]).toEqual([
      "http://collector.test/campanile/v1/declared/a%2Fb/withdraw",
      "POST",
      '{"author":"Li","reason":"x"}',
    ]);
    expect(sent?.headers.get("content-type")).toBe("application/json");
  });

  it("is a file as it is, under its name and its type", async () => {
    const { api, asked } = answering("{}");
    const file = new File(["%PDF-"], "签字 1.pdf");
    await api.attach(file, "application/pdf");
    expect(asked[0]?.url).toBe("http://collector.test/campanile/v1/attachments?name=%E7%AD%BE%E5%AD%97%201.pdf");
    expect([asked[0]?.body, asked[0]?.headers.get("content-type")]).toEqual([file, "application/pdf"]);
  });

  it("is asked for by scope only where there is one", async () => {
    const { api, asked } = answering("{}");
    await api.list(undefined, signal);
    await api.list("mountain26|rural", signal);
    expect(asked.map(({ url }) => new URL(url).search)).toEqual(["", "?scope=mountain26%7Crural"]);
  });

  it("comes back with every problem when it is refused", async () => {
    const problems = [{ path: "scope", message: "none" }];
    const { api } = answering(JSON.stringify({ code: "DECLARED_INVALID", message: "no", details: problems }), 400);
    const refused = api.withdraw("a", { author: "Li", reason: "x" });
    await expect(refused).rejects.toMatchObject({ code: "DECLARED_INVALID", status: 400, details: problems });
  });
});
