// Public holidays and the weekend days that are worked for them, as the State Council's office announces them for each year.
//
//   2025  国办发明电〔2024〕12号, 2024-11-12
//   2026  国务院办公厅关于2026年部分节假日安排的通知, 2025-11-04
//
// A year is announced in the autumn before it; 2027 was not when this was written. A year that is not here has none: its days are
// entered in calendar.csv until a later version has them, and until then `Inventory.publicHolidaysKnown` says that they are not known.

/** Both days included. */
export interface PublicDays {
  from: string;
  to: string;
  name: string;
}

export interface PublicHolidays {
  holidays: readonly PublicDays[];
  /** Saturdays and Sundays that are worked. */
  makeups: readonly string[];
}

export const NO_PUBLIC_HOLIDAYS: PublicHolidays = { holidays: [], makeups: [] };

export const PUBLIC_HOLIDAYS: PublicHolidays = {
  holidays: [
    { from: "2025-01-01", to: "2025-01-01", name: "元旦" },
    { from: "2025-01-28", to: "2025-02-04", name: "春节" },
    { from: "2025-04-04", to: "2025-04-06", name: "清明节" },
    { from: "2025-05-01", to: "2025-05-05", name: "劳动节" },
    { from: "2025-05-31", to: "2025-06-02", name: "端午节" },
    { from: "2025-10-01", to: "2025-10-08", name: "国庆节、中秋节" },
    { from: "2026-01-01", to: "2026-01-03", name: "元旦" },
    { from: "2026-02-15", to: "2026-02-23", name: "春节" },
    { from: "2026-04-04", to: "2026-04-06", name: "清明节" },
    { from: "2026-05-01", to: "2026-05-05", name: "劳动节" },
    { from: "2026-06-19", to: "2026-06-21", name: "端午节" },
    { from: "2026-09-25", to: "2026-09-27", name: "中秋节" },
    { from: "2026-10-01", to: "2026-10-07", name: "国庆节" },
  ],
  makeups: [
    "2025-01-26",
    "2025-02-08",
    "2025-04-27",
    "2025-09-28",
    "2025-10-11",
    "2026-01-04",
    "2026-02-14",
    "2026-02-28",
    "2026-05-09",
    "2026-09-20",
    "2026-10-10",
  ],
};
