// One try of changing the inventory: whether it is under way, and why it was not taken.
import { type Ref, ref, type ShallowRef, shallowRef } from "vue";
import { type Refusal, refusalOf } from "./refusal.ts";

export interface Attempt {
  isRunning: Ref<boolean>;
  /** Of the last try; `undefined` when it was taken, or was not made yet. */
  refusal: ShallowRef<Refusal | undefined>;
  /** Forgets what was said of the last try, and drops what one under way will say. */
  forget(): void;
  /** @returns the answer; `undefined` when it was not taken */
  run<T>(work: () => Promise<T>): Promise<T | undefined>;
}

export function useAttempt(): Attempt {
  const isRunning = ref(false);
  const refusal = shallowRef<Refusal>();
  /** Only the newest try says how it went: its question is the one on show. */
  let newest = 0;
  return {
    isRunning,
    refusal,
    forget: () => {
      newest += 1;
      isRunning.value = false;
      refusal.value = undefined;
    },
    run: async (work) => {
      newest += 1;
      const own = newest;
      isRunning.value = true;
      refusal.value = undefined;
      try {
        return await work();
      } catch (error) {
        if (own === newest) refusal.value = refusalOf(error);
        return undefined;
      } finally {
        if (own === newest) isRunning.value = false;
      }
    },
  };
}
