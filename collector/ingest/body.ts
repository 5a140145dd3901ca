// Receives the bodies of batches, counting every byte against one budget: whoever crawls holds only what they have sent, and
// gives way when others need the room.
import type { IncomingMessage } from "node:http";
import { MAX_BATCH_BYTES } from "../../contract/batch.ts";
import { CampusError } from "../../contract/errors.ts";
import { Budget, type Share } from "./gate.ts";

export interface ReceivedBody {
  bytes: Uint8Array;
  /** Holds the bytes of the body; whoever takes it lets it go. */
  share: Share;
}

/** A body that is not whole yet; asked to give way, its sender is told to come again. */
interface Coming {
  giveWay(): void;
}

export class Bodies {
  readonly #budget: Budget;
  /** The one that has been coming longest at the front. */
  readonly #coming = new Set<Coming>();

  constructor(totalBytes: number) {
    this.#budget = new Budget(totalBytes);
  }

  /**
   * The whole body. When there is no room, the body that has been coming longest gives way: a thousand slow senders would
   * otherwise keep everybody else out until their time is up.
   *
   * @throws CampusError `BATCH_TOO_LARGE` as soon as it is; `BUSY` (retryable) when it had to give way, or when whole bodies
   *         take all the room; `BATCH_CUT` when the sender goes away before the end
   */
  receive(request: IncomingMessage): Promise<ReceivedBody> {
    return new Promise((resolve, reject) => {
      const share = this.#budget.take(0);
      if (share === undefined) return reject(busy());
      const chunks: Buffer[] = [];
      let length = 0;
      const settle = () => {
        this.#coming.delete(own);
        for (const [event, listener] of Object.entries(listeners)) request.off(event, listener);
      };
      const fail = (error: CampusError) => {
        settle();
        request.resume(); // what still comes is read and dropped
        chunks.length = 0;
        share.letGo();
        reject(error);
      };
      const own: Coming = { giveWay: () => fail(busy()) };
      const listeners = {
        data: (chunk: Buffer) => {
          length += chunk.length;
          if (length > MAX_BATCH_BYTES) fail(tooLarge());
          else if (this.#fits(chunk.length, share, own)) chunks.push(chunk);
          else fail(busy());
        },
        end: () => {
          settle();
          const [only] = chunks;
          resolve({ bytes: chunks.length === 1 && only ? only : Buffer.concat(chunks, length), share });
        },
        error: (cause: Error) => fail(new CampusError("BATCH_CUT", "the batch broke off", { cause })),
        close: () => fail(new CampusError("BATCH_CUT", "the sender went away in the middle of the batch")),
      };
      if (Number(request.headers["content-length"] ?? 0) > MAX_BATCH_BYTES) return fail(tooLarge());
      this.#coming.add(own);
      for (const [event, listener] of Object.entries(listeners)) request.on(event, listener);
    });
  }

  #fits(bytes: number, share: Share, own: Coming): boolean {
    while (!share.more(bytes)) {
      const [longest] = this.#coming;
      if (longest === undefined || longest === own) return false;
      longest.giveWay();
    }
    return true;
  }
}

function tooLarge(): CampusError {
  return new CampusError("BATCH_TOO_LARGE", `the batch is larger than ${MAX_BATCH_BYTES} bytes as sent`);
}

export function busy(): CampusError {
  return new CampusError("BUSY", "too much is in work, send this batch again", { retryable: true });
}
