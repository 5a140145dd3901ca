// The development runner: `node --import ./register.js FILE.ts` runs TypeScript through ts-node's ESM loader,
// which is the form of it that works in an ES-module package on Node 20 (TypeStrong/ts-node#1997).
import { register } from "node:module";
import { pathToFileURL } from "node:url";

process.env.TS_NODE_TRANSPILE_ONLY ??= "true";
// ts-node uses what Node 24 calls deprecated; what we use ourselves shows in the compiled programs, which do without this.
process.noDeprecation = true;
register("ts-node/esm", pathToFileURL("./"));
