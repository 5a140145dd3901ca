import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const FRUGAL = new URL("./frugal.js", import.meta.url);
/** Bit of V8's GetOptimizationStatus (src/runtime/runtime.h): the function's code comes from a compiler. */
const OPTIMIZED = 1 << 4;

/** Runs a module on this Node beside a function that is worth compiling; the status of that function is what it prints. */
async function run(script: string): Promise<{ states: number[]; stderr: string }> {
  const hot = `
    import { beFrugal } from ${JSON.stringify(fileURLToPath(FRUGAL))};
    const isOptimized = () => (%GetOptimizationStatus(hot) & ${OPTIMIZED}) !== 0;
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    function hot(times) { let sum = 0; for (let i = 0; i < times; i += 1) sum = (sum + i * 31) % 65_521; return sum; }
    function callOften() { for (let i = 0; i < 3_000; i += 1) hot(300); }
    const print = (value) => console.log(Number(value));`;
  const args = ["--allow-natives-syntax", "--input-type=module", "--eval", `${hot}\n${script}`];
  // A crash of V8 is a signal, and rejects.
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { timeout: 50_000 });
  return { states: stdout.trim().split("\n").map(Number), stderr };
}

describe("an agent that is told to be frugal", { timeout: 60_000 }, () => {
  it("does not compile what it does often, compiles it once it is busy, and goes on without a word", async () => {
    const { states, stderr } = await run(`
      beFrugal({ everyMs: 50 });
      callOften();
      print(isOptimized());
      const endMs = Date.now() + 30_000;
      while (!isOptimized() && Date.now() < endMs) { callOften(); await turn(); }
      print(isOptimized());
      // Types that it was not compiled for, errors and collections of garbage, in compiled code.
      for (const odd of [1.5, "7", 7n, {}]) { try { hot(odd); callOften(); } catch {} }
      const kept = Array.from({ length: 200_000 }, (_, i) => ({ i }));
      print(kept.length === 200_000);`);
    expect({ states, stderr }).toEqual({ states: [0, 1, 1], stderr: "" });
  });

  it("stays so while it mostly waits", async () => {
    const { states } = await run(`
      beFrugal({ everyMs: 50, busyRatio: 50 });
      for (let i = 0; i < 20; i += 1) { callOften(); await turn(); }
      await new Promise((resolve) => setTimeout(resolve, 200));
      for (let i = 0; i < 20; i += 1) { callOften(); await turn(); }
      print(isOptimized());`);
    expect(states).toEqual([0]);
  });
});
