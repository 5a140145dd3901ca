import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createStaticMib } from "./mib.ts";
import { compareOids, parseOid } from "./oid.ts";
import { integer, type Value } from "./value.ts";

const row = (oid: string, value: number) => ({ oid: parseOid(oid), value: integer(value) });

describe("createStaticMib", () => {
  it("sorts its rows arc by arc and keeps the last of two equal ones", () => {
    const mib = createStaticMib([row("1.3.10", 1), row("1.3.2", 2), row("1.3.10", 3)]);
    expect(mib.size).toBe(2);
    expect(mib.next([1, 3])?.oid).toEqual([1, 3, 2]);
    expect(mib.next([1, 3, 2])).toMatchObject({ oid: [1, 3, 10], value: { value: 3 } });
    expect(mib.next([1, 3, 10])).toBeUndefined();
  });

  it("finds what a plain array finds, for any rows and any question", () => {
    const oid = fc.array(fc.nat(4), { maxLength: 3 }).map((rest) => [1, 3, ...rest]);
    fc.assert(
      fc.property(fc.array(oid), oid, (oids, asked) => {
        const mib = createStaticMib(oids.map((o) => ({ oid: o, value: integer(1) })));
        const after = oids.filter((o) => compareOids(o, asked) > 0).sort(compareOids)[0];
        expect(mib.next(asked)?.oid).toEqual(after);
        expect(mib.get(asked) !== undefined).toBe(oids.some((o) => compareOids(o, asked) === 0));
      }),
    );
  });

  it("asks a live value anew each time, and passes over a row that is not there now", () => {
    let value: Value | undefined = integer(1);
    const mib = createStaticMib([{ oid: [1, 3, 1], value: () => value }, row("1.3.2", 2)]);
    expect(mib.get([1, 3, 1])?.value).toEqual(integer(1));
    value = undefined;
    expect(mib.get([1, 3, 1])).toBeUndefined();
    expect(mib.next([1, 3])?.oid).toEqual([1, 3, 2]);
  });
});
