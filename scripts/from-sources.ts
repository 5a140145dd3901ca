// How a test runs one of our programs from its sources: `node ...FROM_SOURCES agent/main.ts`, from the repository's root.

/** Node 24 calls the way ts-node hooks into it deprecated, on the stderr that such tests look at. */
export const FROM_SOURCES = ["--no-deprecation", "--import", "./register.js"] as const;
