// What all views share: the client, the newest list of schools with the collector's clock, and which requests fail.
import { computed, type InjectionKey, inject, onScopeDispose, type ShallowRef, shallowReactive, shallowRef } from "vue";
import type { ClockView, SchoolList } from "../contract/api.ts";
import type { Api } from "./api.ts";
import { type Poll, startPoll } from "./poll.ts";

/** A request that fails now. */
export interface Failure {
  error: unknown;
  /** When the last answer came, by the browser's clock; when it failed first, if none ever came. */
  sinceMs: number;
  /** Whether older data is still on show. */
  hasData: boolean;
}

export interface Polled<T> {
  /** The newest answer; stays when later requests fail. */
  data: Readonly<ShallowRef<T | undefined>>;
  failure: Readonly<ShallowRef<Failure | undefined>>;
  askNow(): void;
}

export interface Live {
  api: Api;
  schools: Polled<SchoolList>;
  clock: Readonly<ShallowRef<ClockView | undefined>>;
  failures: ReadonlyMap<symbol, Failure>;
  /** Asks everything at once. */
  retry(): void;
  /** @param everyMs for what changes seldom: so long after an answer it is asked for again; after a failure as soon as everything */
  poll<T>(ask: (signal: AbortSignal) => Promise<T>, everyMs?: number): Polled<T>;
}

/** Of what changes from day to day, or with the program. */
export const SELDOM_MS = 10 * 60_000;
const NORMAL_INTERVAL_MS = 5_000;
/** A school clock moves minutes in a second: people want to see it move. */
const DEMO_INTERVAL_MS = 2_000;
const DEADLINE_MS = 20_000;

export const LIVE: InjectionKey<Live> = Symbol("live");

/** The shared state; polls started in a component end with it. To be called inside a component's setup. */
export function createLive(api: Api): Live {
  const failures = shallowReactive(new Map<symbol, Failure>());
  const running = new Set<Poll>();
  const clock = shallowRef<ClockView>();
  const intervalMs = () => (clock.value?.kind === "school" ? DEMO_INTERVAL_MS : NORMAL_INTERVAL_MS);

  function poll<T>(ask: (signal: AbortSignal) => Promise<T>, everyMs?: number): Polled<T> {
    const key = Symbol("poll");
    const data = shallowRef<T>();
    const failure = computed(() => failures.get(key));
    let answeredAtMs: number | undefined;
    const started = startPoll<T>({
      ask,
      intervalMs: () => (everyMs === undefined || failures.has(key) ? intervalMs() : everyMs),
      deadlineMs: DEADLINE_MS,
      onAnswer: (answer) => {
        data.value = answer;
        answeredAtMs = Date.now();
        failures.delete(key);
      },
      onFailure: (error) => {
        const sinceMs = answeredAtMs ?? failures.get(key)?.sinceMs ?? Date.now();
        failures.set(key, { error, sinceMs, hasData: answeredAtMs !== undefined });
      },
    });
    running.add(started);
    onScopeDispose(() => {
      started.stop();
      running.delete(started);
      failures.delete(key);
    });
    return { data, failure, askNow: started.askNow };
  }

  const schools = poll(async (signal) => {
    const list = await api.schools(signal);
    clock.value = list.clock;
    return list;
  });
  const retry = () => {
    for (const each of running) each.askNow();
  };
  return { api, schools, clock, failures, retry, poll };
}

export function useLive(): Live {
  const live = inject(LIVE);
  if (!live) throw new TypeError("useLive needs App above it");
  return live;
}
