-- Sections 5.2 and 5.3: which access points count for a venue, the venue in each slot, and its verdict over W20.

-- A secondary one counts only with a walk test that is at most three years old and not below -67 dBm.
CREATE OR REPLACE TABLE serving AS
SELECT s.venue, s.device
FROM serves s, moment, parameter
WHERE s.role = 'primary'
  OR (
    s.walk_test_dbm >= least_walk_test_dbm
    AND s.walk_test_on <= as_of_day
    AND s.walk_test_on + to_months(walk_test_months) >= as_of_day
  );

CREATE OR REPLACE TABLE venue_slot AS
SELECT
  a.venue,
  t.slot,
  CASE
    WHEN bool_or(t.state = 'UP') THEN 'SERVED'
    WHEN bool_and(t.state IN ('DOWN', 'DOWN_DEP')) THEN 'UNSERVED'
    WHEN bool_or(t.state = 'UNKNOWN') THEN 'UNKNOWN'
    -- None is up and none unknown, but not all are down: some are in maintenance, and the slot is not expected of the venue.
    ELSE 'MAINT'
  END AS state
FROM serving a
JOIN state t USING (device)
GROUP BY a.venue, t.slot;

CREATE OR REPLACE TABLE venue_count AS
SELECT
  v.id AS venue,
  v.school,
  v.is_main,
  EXISTS (FROM serving a WHERE a.venue = v.id) AS is_equipped,
  count(*) FILTER (s.state = 'SERVED') AS s,
  count(*) FILTER (s.state = 'UNSERVED') AS n,
  count(*) FILTER (s.state = 'UNKNOWN') AS x
FROM venue v
LEFT JOIN venue_slot s ON s.venue = v.id
GROUP BY v.id, v.school, v.is_main;

-- Section 5.1: confirmed by the school within 400 days.
CREATE OR REPLACE TABLE school_confirmed AS
SELECT
  id AS school,
  coalesce(confirmed_on <= as_of_day AND as_of_day - confirmed_on <= inventory_age_days, false) AS is_confirmed
FROM school, moment, parameter;

CREATE OR REPLACE TABLE venue_verdict AS
SELECT
  c.*,
  CASE
    WHEN NOT c.is_equipped AND f.is_confirmed THEN 'not_equipped'                    -- 1
    WHEN c.s + c.n + c.x = 0 THEN 'insufficient'
    WHEN 20 * (c.s + c.x) < served_20 * (c.s + c.n + c.x) THEN 'not_covered'         -- 2
    WHEN 20 * (c.s + c.n) < known_20 * (c.s + c.n + c.x) THEN 'insufficient'         -- 3
    WHEN 20 * c.s < served_20 * (c.s + c.n) THEN 'not_covered'                       -- 4
    WHEN q.outcome = 'pass' THEN 'covered'                                           -- 5
    WHEN q.outcome = 'fail' THEN 'covered_below_quality'
    ELSE 'covered_quality_unproven'
  END AS verdict
FROM venue_count c
JOIN school_confirmed f USING (school)
CROSS JOIN parameter
LEFT JOIN quality q ON q.venue = c.venue;
