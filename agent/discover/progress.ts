// Tells a waiting person now and then how far a discovery is.
import type { Progress } from "./discover.ts";

const EVERY_MS = 2_000;

/** A line at most every two seconds, on the way of complaints, so that results stay alone on theirs. */
export function progressWriter(io: { err(text: string): void; realMs(): number }): (progress: Progress) => void {
  let lastMs = io.realMs();
  return (progress) => {
    const now = io.realMs();
    if (now - lastMs < EVERY_MS) return;
    lastMs = now;
    io.err(`${words(progress)}\n`);
  };
}

function words(progress: Progress): string {
  switch (progress.step) {
    case "asking":
      return `asked ${progress.asked} of ${progress.of} addresses, ${progress.found} answered`;
    case "identifying":
      return `read ${progress.done} of ${progress.of} devices`;
    case "neighbours":
      return `${progress.found} neighbours to ask`;
  }
}
