import { describe, expect, it } from "vitest";
import { type Part, Succession } from "./succession.ts";

/** Ends only when the test says so. */
class Slow implements Part {
  readonly name: string;
  readonly #said: string[];
  #end: () => void = () => {};

  constructor(name: string, said: string[]) {
    this.name = name;
    this.#said = said;
  }

  async run(stop: AbortSignal): Promise<void> {
    this.#said.push(`${this.name} begins`);
    await new Promise<void>((resolve) => {
      this.#end = resolve;
      stop.addEventListener("abort", () => resolve(), { once: true });
    });
    this.#said.push(`${this.name} ends`);
  }

  retire(): void {
    this.#said.push(`${this.name} is retired`);
  }

  end(): void {
    this.#end();
  }
}

describe("a succession", () => {
  it("lets the next begin when the one before has ended, and not sooner", async () => {
    const said: string[] = [];
    const stop = new AbortController();
    const [a, b] = [new Slow("a", said), new Slow("b", said)];
    const succession = new Succession<Slow>(a);
    const running = succession.run(stop.signal);
    const replaced = succession.replace(b);
    expect(said).toEqual(["a begins", "a is retired"]);
    expect(succession.current).toBe(a);
    a.end();
    await replaced;
    expect(succession.current).toBe(b);
    await expect.poll(() => said).toEqual(["a begins", "a is retired", "a ends", "b begins"]);
    stop.abort();
    await running;
    expect(said.at(-1)).toBe("b ends");
  });

  it("can have nobody, and somebody again", async () => {
    const said: string[] = [];
    const stop = new AbortController();
    const succession = new Succession<Slow>(undefined);
    const running = succession.run(stop.signal);
    const a = new Slow("a", said);
    await succession.replace(a);
    const none = succession.replace(undefined);
    a.end();
    await none;
    expect(succession.current).toBeUndefined();
    stop.abort();
    await running;
    await succession.replace(new Slow("late", said));
    expect(said).toEqual(["a begins", "a is retired", "a ends"]);
  });

  it("leaves nobody waiting who wanted to take a place when all ended", async () => {
    const said: string[] = [];
    const stop = new AbortController();
    const succession = new Succession<Slow>(new Slow("a", said));
    const running = succession.run(stop.signal);
    const replaced = succession.replace(new Slow("b", said));
    stop.abort();
    await Promise.all([running, replaced]);
    expect(said).not.toContain("b begins");
  });

  it("fails as its part does", async () => {
    const part: Part = { run: () => Promise.reject(new Error("a fault")), retire: () => undefined };
    await expect(new Succession(part).run(new AbortController().signal)).rejects.toThrow("a fault");
  });
});
