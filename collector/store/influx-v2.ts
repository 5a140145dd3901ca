// InfluxDB 2.x: a bucket per shelf, each mapped to a database and retention policy so that InfluxQL can read it.
import { CampusError } from "../../contract/errors.ts";
import {
  type InfluxAdmin,
  type InfluxTwoOptions,
  type InfluxVersion,
  type SetUpStep,
  SHELVES,
  type Shelf,
} from "./influx-version.ts";
import { StoreError } from "./store.ts";

interface Bucket {
  id: string;
  name: string;
  retentionRules?: { everySeconds: number }[];
}

export function versionTwo(options: InfluxTwoOptions): InfluxVersion {
  const { bucket, org, token } = options;
  const bucketOf = (shelf: Shelf) => (shelf === "raw" ? bucket : `${bucket}_${shelf}`);
  const bucketsOf = async (admin: InfluxAdmin) => {
    const found = new Map<Shelf, Bucket>();
    for (const shelf of SHELVES) {
      const path = `/api/v2/buckets?${new URLSearchParams({ org, name: bucketOf(shelf) })}`;
      // A name that is not there is answered with an empty list, or with 404 by early versions.
      const answer = (await admin.json("GET", path).catch(notFound)) as { buckets?: Bucket[] } | undefined; // as documented
      const one = answer?.buckets?.find(({ name }) => name === bucketOf(shelf));
      if (one !== undefined) found.set(shelf, one);
    }
    return found;
  };

  return {
    place: `bucket "${bucket}"`,
    headers: { authorization: `Token ${token}` },
    manyStatements: true,
    writePath: (shelf, precision) =>
      `/api/v2/write?${new URLSearchParams({ org, bucket: bucketOf(shelf), precision })}`,
    queryParameters: (shelf) => ({ db: bucket, rp: shelf }),

    async setUp(admin, durations) {
      try {
        const orgID = await orgIdOf(admin, org);
        const steps: SetUpStep[] = [];
        const known = await bucketsOf(admin);
        for (const shelf of SHELVES) {
          const name = bucketOf(shelf);
          let one = known.get(shelf);
          steps.push({ what: `bucket ${name}`, outcome: one === undefined ? "made" : "there" });
          // The answer as documented: the bucket that was made.
          one ??= (await admin.json("POST", "/api/v2/buckets", {
            orgID,
            name,
            retentionRules: rules(durations[shelf]),
          })) as Bucket;
          steps.push(await mapped(admin, { orgID, bucketID: one.id, database: bucket, retention_policy: shelf }));
        }
        return steps;
      } catch (error) {
        throw setUpError(options, error);
      }
    },

    async keepFor(admin, durations) {
      for (const [shelf, { id, retentionRules }] of await bucketsOf(admin)) {
        const wanted = rules(durations[shelf]);
        if (durations[shelf] === undefined || (retentionRules?.[0]?.everySeconds ?? 0) === wanted[0]?.everySeconds)
          continue;
        await admin.json("PATCH", `/api/v2/buckets/${id}`, { retentionRules: wanted });
      }
    },

    async forget(admin, shelf, measurements, beforeMs) {
      const path = `/api/v2/delete?${new URLSearchParams({ org, bucket: bucketOf(shelf) })}`;
      const [start, stop] = [new Date(0).toISOString(), new Date(beforeMs).toISOString()];
      // `OR` is not allowed in a predicate.
      for (const name of measurements)
        await admin.json("POST", path, { start, stop, predicate: `_measurement="${name}"` });
    },
  };
}

async function mapped(
  admin: InfluxAdmin,
  {
    orgID,
    bucketID,
    database,
    retention_policy,
  }: Record<"orgID" | "bucketID" | "database" | "retention_policy", string>,
): Promise<SetUpStep> {
  const what = `mapping of ${database}/${retention_policy} to its bucket`;
  const path = `/api/v2/dbrps?${new URLSearchParams({ orgID, db: database, rp: retention_policy })}`;
  const { content = [] } = (await admin.json("GET", path)) as { content?: { bucketID: string; virtual?: boolean }[] }; // as documented
  if (content.some((one) => one.bucketID === bucketID && one.virtual !== true)) return { what, outcome: "there" };
  const isDefault = retention_policy === "raw";
  await admin.json("POST", "/api/v2/dbrps", { orgID, bucketID, database, retention_policy, default: isDefault });
  return { what, outcome: "made" };
}

async function orgIdOf(admin: InfluxAdmin, org: string): Promise<string> {
  const path = `/api/v2/orgs?${new URLSearchParams({ org })}`;
  const answer = (await admin.json("GET", path).catch(notFound)) as
    | { orgs?: { id: string; name: string }[] }
    | undefined; // as documented
  const id = answer?.orgs?.find(({ name }) => name === org)?.id;
  if (id === undefined) {
    throw new CampusError(
      "STORE_SETUP",
      `InfluxDB has no organization "${org}", or the token may not see it; expected the name that \`influx org list\` shows`,
    );
  }
  return id;
}

function rules(ms: number | undefined): { type: "expire"; everySeconds: number }[] {
  return [{ type: "expire", everySeconds: ms === undefined ? 0 : Math.max(3_600, Math.ceil(ms / 1_000)) }];
}

function notFound(error: unknown): undefined {
  if (error instanceof StoreError && /\(404\)/.test(error.message)) return undefined;
  throw error;
}

function setUpError({ url, org, bucket }: InfluxTwoOptions, cause: unknown): unknown {
  if (!(cause instanceof StoreError) || !/\((401|403)\)/.test(cause.message)) return cause;
  const command =
    `influx auth create --host ${url} --org ${org} --description campanile --read-orgs --read-buckets --write-buckets ` +
    "--read-dbrps --write-dbrps";
  return new CampusError(
    "STORE_SETUP",
    `the token may not make the buckets of "${bucket}" and their mappings; an operator can make one that may: ${command}`,
    { cause },
  );
}
