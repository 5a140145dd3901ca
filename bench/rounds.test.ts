import { expect, it } from "vitest";
import { type Contender, runRounds } from "./rounds.ts";

const still = () => {};
const options = { whats: ["GET"] as const, rounds: 3, forMs: 0, signal: new AbortController().signal, say: still };

/** Gives the values one after another; `Error` where the value is missing. */
function contender(who: string, values: readonly number[], order: string[] = []): Contender<"GET"> {
  let at = 0;
  return {
    who,
    async measure() {
      order.push(who);
      const value = values[at++];
      if (value === undefined) throw new Error(`${who} broke`);
      return value;
    },
    async stop() {},
  };
}

it("measures all in turn, leaves out the first round, and changes who goes first", async () => {
  const order: string[] = [];
  const { samples, missing } = await runRounds(
    [contender("ours", [1, 2, 3, 4], order), contender("theirs", [5, 6, 7, 8], order)],
    options,
  );
  expect(samples.map(({ who, value }) => `${who} ${value}`)).toEqual([
    ...["ours 2", "ours 3", "ours 4"],
    ...["theirs 6", "theirs 7", "theirs 8"],
  ]);
  expect(missing).toEqual([]);
  expect(order).toEqual(["ours", "theirs", "theirs", "ours", "ours", "theirs", "theirs", "ours"]);
});

it("goes on without one that fails, and says who and why instead of showing half of its figures", async () => {
  const { samples, missing } = await runRounds([contender("ours", [1, 2, 3, 4]), contender("theirs", [5, 6])], options);
  expect(new Set(samples.map(({ who }) => who))).toEqual(new Set(["ours"]));
  expect(missing).toEqual([{ who: "theirs", reason: "theirs broke" }]);
});

it("ends at once when it is interrupted, whatever is being measured", async () => {
  const stop = new AbortController();
  const stuck: Contender<"GET"> = {
    who: "stuck",
    measure: () => {
      stop.abort(new Error("SIGINT"));
      return new Promise(() => {});
    },
    stop: async () => {},
  };
  await expect(runRounds([stuck], { ...options, signal: stop.signal })).rejects.toThrow("SIGINT");
});
