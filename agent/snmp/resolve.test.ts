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

it.each([
  { host: "0:0:0:0:0:0:0:1", address: "::1", what: "in its shortest form" },
  { host: "FE80::1%eth0", address: "fe80::1%eth0", what: "with its zone" },
  { host: "fe80::1%4", address: "fe80::1%eth0", what: "with the name of a zone that is a number" },
  { host: "fe80::1%77", address: "fe80::1%77", what: "with a number that is no interface" },
  { host: "2001:db8::1%eth0", address: "2001:db8::1", what: "without a zone where it needs none" },
])("writes $host $what, as answers come from it", ({ host, address }) => {
  const eth0 = { address: "fe80::5", netmask: "", mac: "", internal: false, cidr: null };
  const interfaces = () => ({
    lo: [{ ...eth0, family: "IPv6" as const, scopeid: 0 }],
    eth0: [
      { ...eth0, family: "IPv4" as const },
      { ...eth0, family: "IPv6" as const, scopeid: 4 },
    ],
  });
  const resolver = new Resolver(() => 0, undefined, interfaces);
  expect(resolver.known(host)).toEqual({ address, family: 6 });
});
