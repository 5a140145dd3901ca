// Agents that wait for a configuration other than the one they have; bounded, one question for each agent.

/** More do not wait: they are answered at once, and come again. */
const MOST_WAITING = 5_000;

interface Waiter {
  school: string;
  wake: () => void;
}

export class Waiters {
  readonly #most: number;
  readonly #waiting = new Map<string, Waiter>();
  #isClosed = false;

  constructor(most = MOST_WAITING) {
    this.#most = most;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Resolves when woken, after so much time, when the signal aborts, or at once when too many wait. */
  wait(agentId: string, school: string, ms: number, gone: AbortSignal): Promise<void> {
    // The one before is of a connection that the agent no longer reads.
    this.#waiting.get(agentId)?.wake();
    if (this.#isClosed || gone.aborted || this.#waiting.size >= this.#most) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        gone.removeEventListener("abort", wake);
        if (this.#waiting.get(agentId)?.wake === wake) this.#waiting.delete(agentId);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      gone.addEventListener("abort", wake, { once: true });
      this.#waiting.set(agentId, { school, wake });
    });
  }

  wakeAgent(agentId: string): void {
    this.#waiting.get(agentId)?.wake();
  }

  wakeSchool(school: string): void {
    for (const waiter of [...this.#waiting.values()]) if (waiter.school === school) waiter.wake();
  }

  /** Everybody is answered, and nobody waits any more. */
  close(): void {
    this.#isClosed = true;
    for (const { wake } of [...this.#waiting.values()]) wake();
  }
}
