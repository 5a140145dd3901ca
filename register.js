// The development runner: `node --import ./register.js FILE.ts` runs TypeScript through ts-node's ESM loader,
// which is the form of it that works in an ES-module package on Node 20 (TypeStrong/ts-node#1997).
import { register } from "node:module";
import { pathToFileURL } from "node:url";

process.env.TS_NODE_TRANSPILE_ONLY ??= "true";
register("ts-node/esm", pathToFileURL("./"));
