// Asks again and again, one request at a time: the next waits until the last has ended.

export interface PollOptions<T> {
  ask(signal: AbortSignal): Promise<T>;
  onAnswer(answer: T): void;
  onFailure(error: unknown): void;
  /** Pause between the end of one request and the begin of the next. */
  intervalMs(): number;
  /** How long one request may take. */
  deadlineMs: number;
}

export interface Poll {
  /** Asks at once; a request under way is dropped, because its question may have changed. */
  askNow(): void;
  stop(): void;
}

/** Begins asking at once and goes on until stopped. What a dropped request would have said is told to nobody. */
export function startPoll<T>({ ask, onAnswer, onFailure, intervalMs, deadlineMs }: PollOptions<T>): Poll {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let current = new AbortController();

  const round = async (own: AbortController): Promise<void> => {
    const deadline = setTimeout(() => own.abort("deadline"), deadlineMs);
    try {
      const answer = await ask(own.signal);
      if (own === current) onAnswer(answer);
    } catch (error) {
      if (own === current) onFailure(error);
    } finally {
      clearTimeout(deadline);
    }
    if (own === current) timer = setTimeout(begin, intervalMs());
  };

  const begin = (): void => {
    clearTimeout(timer);
    const own = new AbortController();
    current = own;
    void round(own);
  };

  const drop = (): void => {
    const dropped = current;
    current = new AbortController();
    dropped.abort("dropped");
  };

  begin();
  return {
    askNow: () => {
      drop();
      begin();
    },
    stop: () => {
      clearTimeout(timer);
      drop();
    },
  };
}
