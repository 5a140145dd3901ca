// A child process that answers each line it is given with one line.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

interface Waiter {
  resolve: (line: string) => void;
  reject: (error: Error) => void;
}

/** What is kept of standard error, to say why a child ended. */
const ERROR_CHARACTERS = 2_000;

export class LineChild {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #waiters: Waiter[] = [];
  readonly #early: string[] = [];
  #said = "";
  #ended: Error | undefined;

  constructor(command: string, args: readonly string[], env?: NodeJS.ProcessEnv) {
    this.#name = command;
    this.#child = spawn(command, args, { stdio: "pipe", ...(env && { env }) });
    this.#child.stderr?.on("data", (text: Buffer) => {
      this.#said = (this.#said + text.toString()).slice(-ERROR_CHARACTERS);
    });
    this.#child.stdin?.on("error", () => {}); // a child that is gone says so by "close"
    if (this.#child.stdout) createInterface({ input: this.#child.stdout }).on("line", (line) => this.#take(line));
    this.#child.once("error", (error) => this.#end(error));
    this.#child.once("close", () =>
      this.#end(new Error(`${this.#name} ended: ${this.#said.trim() || "no reason given"}`)),
    );
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Why the child is no more; `undefined` while it runs. */
  get ended(): Error | undefined {
    return this.#ended;
  }

  /** Writes a line and gives back the next line the child says. @throws Error when it ends instead. */
  ask(line: string): Promise<string> {
    this.#child.stdin?.write(`${line}\n`);
    return this.next();
  }

  /** The next line the child says. @throws Error when it ends instead. */
  next(): Promise<string> {
    const early = this.#early.shift();
    if (early !== undefined) return Promise.resolve(early);
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  /** Ends the child and waits until it is gone. */
  async stop(): Promise<void> {
    if (this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await gone;
  }

  #take(line: string): void {
    const waiter = this.#waiters.shift();
    if (waiter) waiter.resolve(line);
    else this.#early.push(line);
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const waiter of this.#waiters.splice(0)) waiter.reject(this.#ended);
  }
}
