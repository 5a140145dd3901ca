import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { MAX_BATCH_BYTES } from "../../contract/batch.ts";
import { Bodies } from "./body.ts";

/** A request as far as its body goes. */
function coming(length?: number) {
  const stream = new PassThrough();
  const request: unknown = Object.assign(stream, {
    headers: length === undefined ? {} : { "content-length": String(length) },
  });
  return { stream, request: request as IncomingMessage }; // a stream with headers is all that is looked at
}

/** What became of it: `undefined` while it is under way. */
function watched(received: Promise<unknown>) {
  const fate: { code?: string | undefined } = {};
  received.then(
    () => {
      fate.code = "whole";
    },
    (error: { code?: string }) => {
      fate.code = error.code;
    },
  );
  return fate;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("bodies", () => {
  it("come whole, in pieces or not", async () => {
    const bodies = new Bodies(100);
    const { stream, request } = coming();
    const received = bodies.receive(request);
    stream.write("one ");
    stream.end("two");
    expect(Buffer.from((await received).bytes).toString()).toBe("one two");
  });

  it("hold their room until they are let go", async () => {
    const bodies = new Bodies(10);
    const first = coming();
    const whole = bodies.receive(first.request);
    first.stream.end("12345678");
    const { share } = await whole;
    const second = coming();
    const refused = watched(bodies.receive(second.request));
    second.stream.write("123");
    await settled();
    expect(refused.code).toBe("BUSY");
    share.letGo();
    const third = coming();
    const taken = bodies.receive(third.request);
    third.stream.end("123");
    expect((await taken).bytes).toHaveLength(3);
  });

  it("that have been coming longest give way, as many as it takes", async () => {
    const bodies = new Bodies(10);
    const slow = [coming(), coming(), coming()];
    const fates = slow.map(({ request }) => watched(bodies.receive(request)));
    for (const { stream } of slow) stream.write("123");
    await settled();
    expect(fates.map(({ code }) => code)).toEqual([undefined, undefined, undefined]);
    const quick = coming();
    const taken = bodies.receive(quick.request);
    quick.stream.end("12345");
    expect((await taken).bytes).toHaveLength(5);
    expect(fates.map(({ code }) => code)).toEqual(["BUSY", "BUSY", undefined]);
  });

  it("may not be larger than a batch, by their own word or in truth", async () => {
    const bodies = new Bodies(2 * MAX_BATCH_BYTES);
    await expect(bodies.receive(coming(MAX_BATCH_BYTES + 1).request)).rejects.toMatchObject({
      code: "BATCH_TOO_LARGE",
    });
    const { stream, request } = coming();
    const fate = watched(bodies.receive(request));
    stream.write(Buffer.alloc(MAX_BATCH_BYTES + 1));
    await expect.poll(() => fate.code).toBe("BATCH_TOO_LARGE");
  });

  it("that break off give their room back", async () => {
    const bodies = new Bodies(10);
    const { stream, request } = coming();
    const fate = watched(bodies.receive(request));
    stream.write("12345678");
    await settled();
    stream.destroy();
    await expect.poll(() => fate.code).toBe("BATCH_CUT");
    const next = coming();
    const taken = bodies.receive(next.request);
    next.stream.end("1234567890");
    expect((await taken).bytes).toHaveLength(10);
  });
});
