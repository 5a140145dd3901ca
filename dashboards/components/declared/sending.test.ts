import { describe, expect, it } from "vitest";
import { ApiError } from "../../api.ts";
import { problemsIn, useSending } from "./sending.ts";

const t = (key: string) => key;
const refusal = (details: unknown, status = 400) => new ApiError("DECLARED_INVALID", "no", { status, details });

describe("problemsIn", () => {
  it("names fields as the form does, whoever found them", () => {
    const details = [
      { path: "attachments[0].sha256", message: "a" },
      { path: "body/systems/3/id", message: "b" },
      { path: "body", message: "c" },
    ];
    expect(problemsIn(refusal(details))).toEqual([
      { path: "attachments[0].sha256", message: "a" },
      { path: "systems[3].id", message: "b" },
      { path: "", message: "c" },
    ]);
  });

  it.each([[undefined], ["text"], [[{ path: 1 }]], [null]])("takes %j for no problem", (details) => {
    expect(problemsIn(refusal(details))).toEqual([]);
  });
});

describe("sending", () => {
  it("gives what was answered, and forgets what was said before", async () => {
    const { send, problems, problemOf, failure } = useSending(t);
    const refused = send(() => Promise.reject(refusal([{ path: "scope", message: "none" }])));
    await expect(refused).resolves.toBeUndefined();
    expect([problemOf("scope"), problemOf("author"), failure.value]).toEqual(["none", undefined, undefined]);
    await expect(send(() => Promise.resolve(7))).resolves.toBe(7);
    expect(problems.value).toEqual([]);
  });

  it("says why it is not taken from elsewhere", async () => {
    const { send, failure, isSending } = useSending(t);
    const sent = send(() => Promise.reject(new ApiError("FORBIDDEN", "only here", { status: 403 })));
    expect(isSending.value).toBe(true);
    await sent;
    expect([failure.value, isSending.value]).toEqual(["declared.localOnly", false]);
  });
});
