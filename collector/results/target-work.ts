// Computes the evaluations of policy targets on a day, each over the population that its clause names.
import type { ListView } from "../../contract/policy.ts";
import type { IndicatorFigure } from "../../contract/scorecard.ts";
import type { DeclaredEntry } from "../declared/entry.ts";
import { dayAt, dayText } from "../inventory/day.ts";
import { Exact } from "../score/exact.ts";
import { figureOfGroup } from "../score/group/group.ts";
import { namesList, populationOf } from "../score/group/population.ts";
import { type IndicatorValue, indicator } from "../score/indicators/value.ts";
import { figureOfPart, type PartFigure } from "../score/policy/indicator-of.ts";
import { methodOf, partsOf, type TargetPart } from "../score/policy/method.ts";
import { computedAs } from "../score/policy/relations.ts";
import type { PolicyTarget } from "../score/policy/target.ts";
import type { NewEvaluation } from "./evaluations.ts";
import { figureView } from "./figure-view.ts";
import { groupFigureView } from "./group-body.ts";
import { type GroupWorld, groupInputs, withFigures } from "./group-work.ts";
import type { ResultSources } from "./sources.ts";

export interface TargetWorld extends GroupWorld, Pick<ResultSources, "declaredOn"> {}

/** On which lists of counties a part is judged: two where it names one that changed. */
export function viewsOf({ population }: TargetPart): readonly ListView[] {
  return namesList(population) ? ["issued", "current"] : ["issued"];
}

/** The day whose list of counties a view takes; absent: it is not known when the document was issued. */
export function listDay({ document }: PolicyTarget, view: ListView, asOf: string): string | undefined {
  return view === "current" ? asOf : document.issued;
}

/** Evaluations of all parts of a target; empty for one that shares those of another, and for what nothing here computes. */
export function evaluationsOn(target: PolicyTarget, world: TargetWorld): NewEvaluation[] {
  if (computedAs(target.id) !== target.id || methodOf(target) === "narrowing") return [];
  return partsOf(target).flatMap((part, i) => {
    const wanted = figureOfPart(target, part);
    if (wanted === undefined) return [];
    return viewsOf(part).flatMap((view): NewEvaluation[] => {
      const found = declaredFigure(wanted, part, world) ?? pooledOver(target, part, wanted, view, world);
      return found ? [{ target: target.id, part: i, view, asOf: world.day, ...found }] : [];
    });
  });
}

type Found = Pick<NewEvaluation, "figure" | "recordedOn">;

function pooledOver(
  target: PolicyTarget,
  { population }: TargetPart,
  { id, part }: PartFigure,
  view: ListView,
  world: TargetWorld,
): Found | undefined {
  if (part !== undefined) return undefined; // of one list or capability nothing is measured
  const members = populationOf(population, world, listDay(target, view, world.day));
  if (!members) return undefined;
  const schools = withFigures({ schools: members }, world);
  const figure = figureOfGroup(id, schools, world.pool);
  return figure && { figure: groupFigureView(figure), recordedOn: groupInputs(schools, world).recordedOn };
}

/** Populations that are the whole province, whose declared figures stand under its code. */
const WHOLE: ReadonlySet<string> = new Set(["province", "level:*", "school:*", "school:primary|secondary"]);

/** What was declared of the population as a whole comes before what is pooled: it is one figure with one signature. */
function declaredFigure({ id, part }: PartFigure, { population }: TargetPart, world: TargetWorld): Found | undefined {
  const scope = WHOLE.has(population.text) ? provinceOf(world) : population.text;
  const entry = world
    .declaredOn(scope, world.day)
    .find((one) => one.indicator === id && one.part === part && (one.kind === "rate" || one.kind === "count"));
  const value = entry && declaredValue(id, entry);
  if (!entry || !value) return undefined;
  const figure: IndicatorFigure = { ...figureView(value), evidence: "D" };
  return { figure, recordedOn: dayText(dayAt(entry.enteredAtMs)) };
}

function provinceOf({ inventory }: TargetWorld): string {
  return inventory.regions.all().find(({ level }) => level === "province")?.code ?? "";
}

function declaredValue(
  id: PartFigure["id"],
  { kind, numerator, denominator, count }: DeclaredEntry,
): IndicatorValue | undefined {
  if (kind === "count" && count !== undefined) {
    const value = Exact.of(count);
    return indicator(id, { enough: true, value, lo: value, hi: value });
  }
  if (numerator === undefined || !denominator) return undefined;
  const value = Exact.ratio(numerator, denominator);
  const parts = { numerator: Exact.of(numerator), denominator: Exact.of(denominator) };
  return indicator(id, { enough: true, value, lo: value, hi: value, ...parts });
}
