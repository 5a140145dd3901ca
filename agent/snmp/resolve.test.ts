import { setImmediate } from "node:timers/promises";
import { expect, it } from "vitest";
import { type Address, Resolver } from "./resolve.ts";

const FIRST: Address = { address: "192.0.2.1", family: 4 };
const SECOND: Address = { address: "192.0.2.2", family: 4 };
const HOUR_MS = 3_600_000;
const never = () => new AbortController().signal;

it("keeps the address of a name while the resolver is away, and takes the new one when it is back", async () => {
  let nowMs = 0;
  let asked = 0;
  let answer: () => Promise<Address> = async () => FIRST;
  const resolver = new Resolver(
    () => nowMs,
    () => {
      asked += 1;
      return answer();
    },
  );
  await expect(resolver.resolve("ac.school.test", never())).resolves.toEqual(FIRST);

  answer = () => Promise.reject(new Error("EAI_AGAIN"));
  nowMs += HOUR_MS;
  for (let i = 0; i < 3; i += 1) {
    expect(resolver.known("ac.school.test")).toEqual(FIRST);
    await setImmediate();
  }
  expect(asked).toBe(2);

  answer = async () => SECOND;
  nowMs += HOUR_MS;
  expect(resolver.known("ac.school.test")).toEqual(FIRST);
  await setImmediate();
  expect(resolver.known("ac.school.test")).toEqual(SECOND);
});

it("asks nobody on behalf of a run that is over already", async () => {
  let asked = 0;
  const resolver = new Resolver(
    () => 0,
    () => {
      asked += 1;
      return Promise.reject(new Error("ENOTFOUND"));
    },
  );
  const resolving = resolver.resolve("ac.school.test", AbortSignal.abort());
  await expect(resolving).rejects.toMatchObject({ reason: "timeout" });
  // A lookup that nobody waits for would end the process when it fails.
  expect(asked).toBe(0);
});
