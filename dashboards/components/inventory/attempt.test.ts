import { describe, expect, it } from "vitest";
import { ApiError } from "../../api.ts";
import { useAttempt } from "./attempt.ts";

const forbidden = new ApiError("FORBIDDEN", "no", { status: 403 });

describe("a try", () => {
  it("gives what was answered, or why it was refused, and forgets what was said before", async () => {
    const { run, refusal, isRunning } = useAttempt();
    const refused = run(() => Promise.reject(forbidden));
    expect(isRunning.value).toBe(true);
    await expect(refused).resolves.toBeUndefined();
    expect([refusal.value?.kind, isRunning.value]).toEqual(["elsewhere", false]);
    await expect(run(() => Promise.resolve(7))).resolves.toBe(7);
    expect(refusal.value).toBeUndefined();
  });

  it("that a newer one has replaced says no more how it went", async () => {
    const { run, refusal, isRunning } = useAttempt();
    let refuse: (error: unknown) => void = () => undefined;
    const older = run(() => new Promise<void>((_, reject) => (refuse = reject)));
    await run(() => Promise.resolve(1));
    refuse(forbidden);
    await older;
    expect([refusal.value, isRunning.value]).toEqual([undefined, false]);
  });

  it("that was forgotten while under way says nothing", async () => {
    const { run, forget, refusal, isRunning } = useAttempt();
    let refuse: (error: unknown) => void = () => undefined;
    const dropped = run(() => new Promise<void>((_, reject) => (refuse = reject)));
    forget();
    expect(isRunning.value).toBe(false);
    refuse(forbidden);
    await dropped;
    expect(refusal.value).toBeUndefined();
  });
});
