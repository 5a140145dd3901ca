// Receives the body of a batch, counting every byte against a budget: whoever crawls holds only what they have sent.
import type { IncomingMessage } from "node:http";
import { MAX_BATCH_BYTES } from "../../contract/batch.ts";
import { CampusError } from "../../contract/errors.ts";
import type { Budget, Share } from "./gate.ts";

export interface ReceivedBody {
  bytes: Uint8Array;
  /** Holds the bytes of the body; whoever takes it lets it go. */
  share: Share;
}

/**
 * The whole body.
 * @throws CampusError `BATCH_TOO_LARGE` as soon as it is; `BUSY` (retryable) when bodies under way take all there is;
 *         `BATCH_CUT` when the sender goes away before the end
 */
export function receive(request: IncomingMessage, budget: Budget): Promise<ReceivedBody> {
  return new Promise((resolve, reject) => {
    const share = budget.take(0);
    if (share === undefined) return reject(busy());
    const chunks: Buffer[] = [];
    let length = 0;
    const settle = () => {
      for (const [event, listener] of Object.entries(listeners)) request.off(event, listener);
    };
    const fail = (error: CampusError) => {
      settle();
      request.resume(); // what still comes is read and dropped
      share.letGo();
      reject(error);
    };
    const listeners = {
      data: (chunk: Buffer) => {
        length += chunk.length;
        if (length > MAX_BATCH_BYTES) fail(tooLarge());
        else if (share.more(chunk.length)) chunks.push(chunk);
        else fail(busy());
      },
      end: () => {
        settle();
        resolve({ bytes: Buffer.concat(chunks, length), share });
      },
      error: (cause: Error) => fail(new CampusError("BATCH_CUT", "the batch broke off", { cause })),
      close: () => fail(new CampusError("BATCH_CUT", "the sender went away in the middle of the batch")),
    };
    if (Number(request.headers["content-length"] ?? 0) > MAX_BATCH_BYTES) return fail(tooLarge());
    for (const [event, listener] of Object.entries(listeners)) request.on(event, listener);
  });
}

function tooLarge(): CampusError {
  return new CampusError("BATCH_TOO_LARGE", `the batch is larger than ${MAX_BATCH_BYTES} bytes as sent`);
}

export function busy(): CampusError {
  return new CampusError("BUSY", "too much is in work, send this batch again", { retryable: true });
}
