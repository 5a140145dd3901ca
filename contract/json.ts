// JSON of others.

/** `undefined` for what is no JSON, as the pages of proxies and other servers, and damaged files. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // it throws for one reason only, and the caller says what that means
  }
}
