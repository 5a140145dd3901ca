import { describe, expect, it } from "vitest";
import { type OpenRequest, OpenRequests } from "./open-requests.ts";
import { encodeRequest, lend, REQUEST_ID } from "./request.ts";

const requests = (most = 10) => new OpenRequests(most, () => undefined);

function opened(open: OpenRequests): OpenRequest {
  const request = open.open();
  if (!request) throw new Error("all places are taken");
  return request;
}

describe("OpenRequests", () => {
  it("finds each request by its id, which takes four bytes", () => {
    const open = requests(100);
    const all = Array.from({ length: 100 }, () => opened(open));
    expect(all.map(({ id }) => open.find(id))).toEqual(all);
    expect(new Set(all.map(({ id }) => id)).size).toBe(100);
    for (const { id } of all) {
      expect(id).toBeGreaterThanOrEqual(REQUEST_ID.min);
      expect(id).toBeLessThanOrEqual(REQUEST_ID.max);
    }
  });

  it("finds nothing under the id of a request that is closed, also when its place serves again", () => {
    const open = requests(1);
    const before = opened(open);
    const { id } = before;
    open.close(before);
    expect(open.find(id)).toBeUndefined();
    const again = opened(open);
    expect(again.id).not.toBe(id);
    expect(open.find(id)).toBeUndefined();
    expect(open.find(again.id)).toBe(again);
  });

  it.each([0, -1, 1, REQUEST_ID.max])("finds nothing under %i", (id) => {
    const open = requests();
    opened(open);
    expect(open.find(id)).toBeUndefined();
  });

  it("has no more places than it is given", () => {
    const open = requests(2);
    const first = opened(open);
    opened(open);
    expect(open.open()).toBeUndefined();
    open.close(first);
    expect(open.open()).toBeDefined();
    expect(open.count).toBe(2);
  });

  it("lends nobody the bytes that the socket still holds", () => {
    const open = requests(1);
    const template = encodeRequest({ pdu: 0xa0, version: "v2c", community: "public", names: [], repetitions: 0 });
    const request = opened(open);
    request.template = template;
    request.bytes = lend(template, request.id);
    request.isSending = true;
    open.close(request);
    expect(open.open()).toBeUndefined();
    expect(template.spare).toEqual([]);
    open.sent(request);
    expect(template.spare).toHaveLength(1);
    expect(open.open()).toBe(request);
  });
});
