-- The parameters of the scoring model, section 13 and the sections named, once more: nothing is taken from the program.
-- Shares are whole numbers of twentieths, so that no comparison is rounded.
CREATE OR REPLACE TABLE parameter AS
SELECT
  300000 AS slot_ms,                  -- section 3: slot, 5 min
  600000 AS report_age_ms,            -- section 4 rule 3: a controller's report holds for 10 min
  2 AS least_attempts,                -- section 4 rule 4
  300 AS clock_trust_seconds,         -- section 4: clock_untrusted
  20 AS window_days,                  -- section 3: W20
  30 AS frozen_days,                  -- section 3: no teaching day in the last 30 days
  5 AS freeze_days,                   -- section 3
  1 AS maintenance_cap_20,            -- section 4 rule 2: 5 %
  19 AS served_20,                    -- section 5.3: θ = 0.95
  16 AS known_20,                     -- section 5.3: κ = 0.80
  18 AS school_known_20,              -- section 5.5: 0.90 of the venues
  16 AS county_known_20,              -- section 5.5: 0.80 of the schools
  12 AS quality_known_20,             -- section 5.5: 60 % of the covered venues
  1 AS unclassified_20,               -- section 13: unclassified limit 0.05
  16 AS panel_20,                     -- section 6.2: 80 % of the units
  400 AS inventory_age_days,          -- section 5.1
  36 AS walk_test_months,             -- section 5.2
  -67 AS least_walk_test_dbm;             -- section 5.2
