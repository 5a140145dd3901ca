import { expect, it } from "vitest";
import { tokenIn } from "./credentials.ts";

const basic = (pair: string) => `Basic ${Buffer.from(pair).toString("base64")}`;

it.each<[string | undefined, string, string | undefined]>([
  ["Token secret", "", "secret"],
  ["token  secret ", "", "secret"],
  ["Bearer secret", "", "secret"],
  ["Token user:secret", "", "secret"],
  [basic("anybody:secret"), "", "secret"],
  [basic(":secret"), "", "secret"],
  [basic("anybody:"), "", undefined],
  [basic("anybody"), "", undefined],
  [undefined, "?u=anybody&p=secret", "secret"],
  [undefined, "?p=", undefined],
  [undefined, "", undefined],
  ["Token", "", undefined],
  ["Digest secret", "?p=secret", undefined],
])("the token in %j and %j is %j", (authorization, query, token) => {
  expect(tokenIn(authorization === undefined ? {} : { authorization }, new URLSearchParams(query))).toBe(token);
});
