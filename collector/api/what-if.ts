// What-if: GET /v1/schools/:id/what-if and GET /v1/regions/:code/what-if, the cheapest way to full wireless coverage.
import { setImmediate as turn } from "node:timers/promises";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { ErrorBodySchema } from "../../contract/batch.ts";
import { RegionWhatIfSchema, type RegionWhatIfView, SchoolWhatIfSchema } from "../../contract/what-if.ts";
import type { Services } from "../app.ts";
import { instantText } from "../inventory/day.ts";
import type { Inventory, School } from "../inventory/inventory.ts";
import { type Fraction, MODEL_VERSION } from "../score/parameters.ts";
import { COST_UNIT, MEASURE_COSTS, type MeasureCosts } from "../score/what-if/measures.ts";
import { cheapestFirst, whatIfRegion } from "../score/what-if/region.ts";
import { type SchoolWhatIf, whatIfSchool } from "../score/what-if/school.ts";
import { badQuery, notFound } from "./errors.ts";
import { judgedSchool } from "./lookup.ts";
import { schoolToFillView, schoolWhatIfView } from "./what-if-views.ts";

/** Each school is looked at slot by slot: a larger region would keep the collector from its other work. */
const MAX_SCHOOLS = 500;
const SHARE_DIGITS = 4;

const cost = Type.Optional(Type.String({ pattern: "^\\d{1,4}(\\.\\d{1,3})?$" }));
/** What a measure of each kind costs, in units of mending one device. */
const CostQuery = { confirmInventory: cost, evidence: cost, mend: cost, walkTest: cost, newAp: cost };
const WithShare = Type.Object(
  { share: Type.String({ pattern: `^(0(\\.\\d{1,${SHARE_DIGITS}})?|1(\\.0{1,${SHARE_DIGITS}})?)$` }), ...CostQuery },
  { additionalProperties: false },
);

export const whatIfApi: FastifyPluginAsyncTypebox<Services> = async (app, services) => {
  const { board, clock } = services;

  app.get(
    "/v1/schools/:id/what-if",
    {
      schema: {
        summary: "Which rooms would make this school full: what each needs, and the cheapest set of measures",
        params: Type.Object({ id: Type.String() }),
        querystring: Type.Object(CostQuery, { additionalProperties: false }),
        response: { 200: SchoolWhatIfSchema, 400: ErrorBodySchema, 404: ErrorBodySchema },
      },
    },
    ({ params: { id }, query }) => {
      const costs = costsOf(query);
      const { school, inventory } = judgedSchool(services, id);
      const asOfMs = clock.nowMs();
      return schoolWhatIfView(school, whatIf(services, inventory, school, costs, asOfMs), inventory, costs, asOfMs);
    },
  );

  app.get(
    "/v1/regions/:code/what-if",
    {
      schema: {
        summary: "Which schools of a region, made full, would bring their share to a target, the cheapest first",
        params: Type.Object({ code: Type.String() }),
        querystring: WithShare,
        response: { 200: RegionWhatIfSchema, 400: ErrorBodySchema, 404: ErrorBodySchema },
      },
    },
    async ({ params: { code }, query }): Promise<RegionWhatIfView> => {
      const costs = costsOf(query);
      const region = board.regions.region(code);
      if (!region) throw notFound("region", code);
      const { inventory } = board;
      const schools = inventory?.schoolsIn(code) ?? [];
      if (schools.length > MAX_SCHOOLS) {
        throw badQuery("code", code, `a region with at most ${MAX_SCHOOLS} schools, this one has ${schools.length}`);
      }
      const asOfMs = clock.nowMs();
      const looked: Looked[] = [];
      for (const school of inventory ? schools : []) {
        if (inventory) looked.push({ school, whatIf: whatIf(services, inventory, school, costs, asOfMs) });
        await turn(); // others are answered between two schools
      }
      return {
        region: code,
        name: region.name,
        asOf: instantText(asOfMs),
        modelVersion: MODEL_VERSION,
        costs,
        ...regionView(looked, query.share),
      };
    },
  );
};

interface Looked {
  school: School;
  whatIf: SchoolWhatIf;
}

function whatIf(
  { board }: Services,
  inventory: Inventory,
  school: School,
  costs: MeasureCosts,
  asOfMs: number,
): SchoolWhatIf {
  const judgement = board.judge(inventory, school.id, asOfMs);
  const history = board.history(inventory, school.id, judgement.asOfMs);
  return whatIfSchool({ inventory, judgement, history, hasAgent: board.agentsOf(school.id).length > 0, costs });
}

function regionView(looked: readonly Looked[], shareText: string) {
  const answer = whatIfRegion(
    looked.map(({ school: { id }, whatIf: { full, cost, atLeast, service, obstacle } }) => ({
      id,
      full,
      ...(!obstacle && { cost: whole(cost), costAtLeast: whole(atLeast), slots: service.slots }),
    })),
    fractionOf(shareText),
  );
  const chosen = new Set(answer.schools);
  const full = (of: SchoolWhatIf["full"]) => looked.filter(({ whatIf }) => whatIf.full === of).length;
  const toFill = looked.filter(({ whatIf }) => whatIf.full !== "true").sort(inOrder);
  const services = toFill.flatMap(({ school, whatIf: { service } }) => (chosen.has(school.id) ? [service] : []));
  const [longest] = services.sort((a, b) => b.slots - a.slots);
  return {
    share: Number(shareText),
    schools: { yes: full("true"), no: full("false"), unknown: full("unknown") },
    reached: answer.reached,
    cost: answer.cost / COST_UNIT,
    costAtLeast: answer.costAtLeast / COST_UNIT,
    isCheapest: answer.cost === answer.costAtLeast,
    ...(longest && { service: longest }),
    toFill: toFill.map(({ school, whatIf }) => schoolToFillView(school, whatIf, chosen.has(school.id))),
  };
}

function inOrder(a: Looked, b: Looked): number {
  const key = ({ school, whatIf: { cost, service, obstacle } }: Looked) => ({
    id: school.id,
    cost: obstacle ? Number.MAX_SAFE_INTEGER : whole(cost),
    slots: service.slots,
  });
  return cheapestFirst(key(a), key(b));
}

function whole(cost: number): number {
  return Math.round(cost * COST_UNIT);
}

/** Exact, because a target of 0.95 must not depend on how a computer rounds it. */
function fractionOf(share: string): Fraction {
  const denominator = 10 ** SHARE_DIGITS;
  return { numerator: Math.round(Number(share) * denominator), denominator };
}

type Costs = Partial<Record<keyof typeof CostQuery, string>>;

/** @throws CampusError `BAD_QUERY` for a measure that costs nothing */
function costsOf({ confirmInventory, evidence, mend, walkTest, newAp }: Costs): MeasureCosts {
  const one = (name: string, text: string | undefined, otherwise: number): number => {
    if (text === undefined) return otherwise;
    if (whole(Number(text)) === 0) throw badQuery(name, text, "a cost above 0");
    return Number(text);
  };
  return {
    confirm_inventory: one("confirmInventory", confirmInventory, MEASURE_COSTS.confirm_inventory),
    evidence: one("evidence", evidence, MEASURE_COSTS.evidence),
    mend: one("mend", mend, MEASURE_COSTS.mend),
    walk_test: one("walkTest", walkTest, MEASURE_COSTS.walk_test),
    new_ap: one("newAp", newAp, MEASURE_COSTS.new_ap),
  };
}
