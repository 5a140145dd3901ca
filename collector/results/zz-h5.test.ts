import { it } from "vitest";
import { loadGroups } from "../score/gaps/groups.ts";
import { scopeOf } from "../score/group/population.ts";
import { loadPolicyTargets } from "../score/policy/load.ts";
import { pool } from "../score/school/pool.ts";
import { packed } from "./canonical.ts";
import { groupOn } from "./group-work.ts";
import { countyInventory, littleWorld, run, schoolId, XIHU } from "./results-suite.ts";
import { schoolBody } from "./school-body.ts";
import { figuresIn, figuresOf } from "./school-figures.ts";
import { endOfDayMs } from "./sources.ts";
import { evaluationsOn } from "./target-work.ts";

it("t", async () => {
  const N = 200;
  const list = Array.from({ length: N }, (_, i) => ({
    id: schoolId(i + 1),
    county: XIHU,
    strip: i < 20 ? ([["u", 1920]] as const) : [],
  }));
  const w = await littleWorld(list);
  let t = performance.now();
  const lap = (s: string) => {
    const n = performance.now();
    console.log(s, (n - t).toFixed(0));
    t = performance.now();
  };
  const on = await w.sources.inventoryOn();
  const mats = [];
  for (const { id } of list) mats.push(await w.sources.school(on, id, endOfDayMs("2026-09-30")));
  lap("sources " + N);
  const bodies = mats.map((m, i) =>
    schoolBody({ school: on.inventory.school(list[i]!.id)!, inventory: on.inventory, ...m }),
  );
  lap("bodies");
  const p = bodies.map((b) => packed(b));
  lap("packed " + p.reduce((s, x) => s + x.bytes.length, 0) / N);
  await w.results.store.add(bodies.map((body, i) => ({ asOf: "2026-09-30", body, inputs: mats[i]!.inputs })));
  lap("add");
  const got = await w.results.store.schools(
    list.slice(0, 40).map(({ id }) => id),
    "2026-09-30",
  );
  lap("get 40");
  const figs = [...bodies].map((b) => figuresIn(JSON.parse(JSON.stringify(b))));
  lap("figuresIn");
  const big = Array.from({ length: 6500 }, (_, i) => ({ id: schoolId(i + 1), county: XIHU, strip: [] }));
  const inv = countyInventory(big);
  const schools = new Map(
    big.map(({ id }, i) => [id, { figures: figs[i % N]!, sha256: "0", inputs: mats[0]!.inputs }]),
  );
  const world = { inventory: inv, groups: loadGroups(), day: "2026-09-30", schools, pool };
  lap("make");
  const scope = scopeOf("330000", world)!;
  lap("scope");
  const g = groupOn(scope, world, []);
  lap("group 6500");
  const pk = packed(g.body);
  lap("packed " + pk.bytes.length);
  const ts = [...loadPolicyTargets().values()];
  t = performance.now();
  let most = 0,
    n = 0;
  for (const target of ts) {
    const a = performance.now();
    n += evaluationsOn(target, { ...world, declaredOn: () => [] }).length;
    const d = performance.now() - a;
    if (d > most) {
      most = d;
      console.log(target.id, d.toFixed(0));
    }
  }
  lap("targets " + n);
  await run(w);
  lap("run");
  await w.close();
}, 600_000);
