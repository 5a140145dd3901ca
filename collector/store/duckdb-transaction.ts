// All of some work's changes to a DuckDB file, or none of them.
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import { messageOf } from "../../contract/errors.ts";
import { StoreError } from "./store.ts";

/** @throws what `work` throws, after a rollback. */
export async function inTransaction<T>(connection: DuckDBConnection, work: () => Promise<T>): Promise<T> {
  await connection.run("BEGIN");
  try {
    const result = await work();
    await connection.run("COMMIT");
    return result;
  } catch (error) {
    await rollBack(connection, error);
    throw error;
  }
}

/** @throws a rollback's own error, except that DuckDB rolls back by itself when a commit fails. */
async function rollBack(connection: DuckDBConnection, because: unknown): Promise<void> {
  try {
    await connection.run("ROLLBACK");
  } catch (error) {
    if (/no transaction is active/.test(messageOf(error)) || /FATAL/.test(messageOf(because))) return;
    throw error;
  }
}

export async function rowsOf(
  connection: DuckDBConnection,
  sql: string,
  values: DuckDBValue[] = [],
): Promise<DuckDBValue[][]> {
  return (await connection.runAndReadAll(sql, values)).getRows();
}

export function textIn(value: DuckDBValue | undefined): string {
  if (typeof value !== "string") throw new StoreError(false, `a text in the store is ${typeof value}`);
  return value;
}

/** BIGINT comes as a bigint: what is kept is exact as a number. */
export function numberIn(value: DuckDBValue | undefined): number {
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "number") throw new StoreError(false, `a number in the store is ${typeof value}`);
  return value;
}

/** A text as it stands in a question. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
