// A program under supervision: it is killed when the plan says so and started again, as a service manager would.
import { setTimeout as delay } from "node:timers/promises";
import type { Program } from "../e2e/programs.ts";

export interface Launch {
  /** Starts the process. */
  start(): Program;
  /** Resolves when it does its work; rejects when it ends before. Absent: at once. */
  ready?(program: Program): Promise<unknown>;
}

export interface SupervisedOptions {
  launch: Launch;
  /** Right before each start. */
  onStart?(): Promise<void>;
  /** Right before the signal that kills it. */
  onKill?(): void;
  /** It has ended; `isOurs` when we made it. */
  onEnd?(program: Program, isOurs: boolean): void;
}

/** A program that ended by itself is started again after this long. */
const RESTART_MS = 500;

export class Supervised {
  readonly #options: SupervisedOptions;
  #program: Program | undefined;
  /** Those that we ended. */
  readonly #ended = new WeakSet<Program>();
  #isWorking = false;
  readonly #unwanted = new AbortController();
  #downMs: number | undefined;
  #supervision: Promise<void> | undefined;

  constructor(options: SupervisedOptions) {
    this.#options = options;
  }

  start(): void {
    this.#supervision ??= this.#supervise();
  }

  /** Whether it is up and does its work. */
  get isWorking(): boolean {
    return this.#isWorking;
  }

  /** SIGKILL, also in the middle of a start; it is started again `downMs` later. @returns false when it was down already. */
  async kill(downMs: number): Promise<boolean> {
    const program = this.#program;
    if (program === undefined) return false;
    this.#options.onKill?.();
    this.#downMs = downMs;
    await this.#end(program, "SIGKILL");
    return true;
  }

  /** SIGTERM; not started again. */
  stop(): Promise<void> {
    return this.#leave("SIGTERM");
  }

  /** SIGKILL, however it is; not started again. */
  abandon(): Promise<void> {
    return this.#leave("SIGKILL");
  }

  async #leave(signal: NodeJS.Signals): Promise<void> {
    this.#unwanted.abort();
    if (this.#program) await this.#end(this.#program, signal);
    await this.#supervision;
  }

  #end(program: Program, signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
    this.#ended.add(program);
    return program.end(signal);
  }

  async #supervise(): Promise<void> {
    const { launch, onStart, onEnd } = this.#options;
    const { signal } = this.#unwanted;
    while (!signal.aborted) {
      await onStart?.();
      if (signal.aborted) return;
      const program = launch.start();
      this.#program = program;
      void (launch.ready?.(program) ?? Promise.resolve()).then(
        () => {
          this.#isWorking = this.#program === program;
        },
        () => {}, // it ended before, which is seen below
      );
      await program.finished();
      this.#program = undefined;
      this.#isWorking = false;
      onEnd?.(program, this.#ended.has(program));
      const downMs = this.#downMs ?? RESTART_MS;
      this.#downMs = undefined;
      await delay(downMs, undefined, { signal }).catch(() => undefined); // the loop asks the signal itself
    }
  }
}
