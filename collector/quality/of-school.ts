// The wireless quality of a school: of each of its venues, and WIFI_QUALITY_SHARE (scoring model 5.4, 5.5).
import type { Board } from "../board.ts";
import type { Inventory, Venue } from "../inventory/inventory.ts";
import { TeachingCalendar, windowAt } from "../score/calendar.ts";
import type { SchoolJudgement } from "../score/judge.ts";
import { type QualityShare, qualityShare } from "../score/quality/share.ts";
import type { VenueQuality } from "../score/quality/venue-quality.ts";
import type { QualityKeeper } from "./keeper.ts";

export interface SchoolQuality {
  /** Over the main teaching venues. */
  share: QualityShare;
  /** Venues that an access point counts for, main or not, in the order of the inventory. */
  byVenue: ReadonlyMap<string, VenueQuality>;
}

/** Who can say how well a venue was served over some days. */
export type KnowsQuality = Pick<QualityKeeper, "qualityOf">;

/** Over the window of the judgement. Days that are not counted yet are missing, which can only leave more unproven. */
export function schoolQuality(keeper: KnowsQuality, inventory: Inventory, judgement: SchoolJudgement): SchoolQuality {
  const { schoolId, venues, inventoryConfirmed, frozen, asOfMs } = judgement;
  const days = windowDays(inventory, judgement);
  const equipped = inventory.venuesOf(schoolId).filter(({ id }) => (venues.get(id)?.servedBy.length ?? 0) > 0);
  const byVenue = new Map(equipped.map((venue: Venue) => [venue.id, keeper.qualityOf(inventory, venue, days)]));
  const main = inventory.venuesOf(schoolId).flatMap(({ id, mainTeaching }) => {
    const judged = mainTeaching ? venues.get(id) : undefined;
    if (!judged) return [];
    const quality = byVenue.get(id);
    return [{ verdict: judged.verdict, ...(quality && { quality }) }];
  });
  return { share: qualityShare({ venues: main, inventoryConfirmed, frozen, asOfMs }), byVenue };
}

/** The days that the judgement counts. */
export function windowDays(inventory: Inventory, { schoolId, asOfMs }: SchoolJudgement): number[] {
  const school = inventory.school(schoolId);
  if (!school) return [];
  const calendar = new TeachingCalendar(inventory.calendarOf(schoolId), inventory.publicHolidays);
  return windowAt(school, calendar, asOfMs).days.map(({ day }) => day);
}

/** What routes and the scorecard ask. */
export interface SchoolQualities {
  /**
   * As of a moment; at the present one the judgement is the board's own. `undefined` for a school that is not in the inventory.
   * @throws CampusError `EVIDENCE_MISSING` (retryable), as judging does
   */
  ofSchool(schoolId: string, asOfMs: number): SchoolQuality | undefined;
  ofJudgement(inventory: Inventory, judgement: SchoolJudgement): SchoolQuality;
  /** Of one venue over the window of the judgement; `undefined` when no access point counts for it. */
  ofVenue(inventory: Inventory, judgement: SchoolJudgement, venue: Venue): VenueQuality | undefined;
}

export function schoolQualities(keeper: KnowsQuality, board: Pick<Board, "inventory" | "judge">): SchoolQualities {
  return {
    ofSchool: (schoolId, asOfMs) => {
      const { inventory } = board;
      if (!inventory?.school(schoolId)) return undefined;
      return schoolQuality(keeper, inventory, board.judge(inventory, schoolId, asOfMs));
    },
    ofJudgement: (inventory, judgement) => schoolQuality(keeper, inventory, judgement),
    ofVenue: (inventory, judgement, venue) => {
      if ((judgement.venues.get(venue.id)?.servedBy.length ?? 0) === 0) return undefined;
      return keeper.qualityOf(inventory, venue, windowDays(inventory, judgement));
    },
  };
}
