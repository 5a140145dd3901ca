-- Section 5.5: coverage of schools, and of counties, cities and the province from their schools.

-- Of an unconfirmed inventory every figure is insufficient, whatever was measured.
CREATE OR REPLACE TABLE school_coverage AS
WITH counted AS (
  SELECT
    s.id AS school,
    s.county,
    s.students,
    count(v.venue) AS venues,
    count(v.venue) FILTER (f.is_confirmed AND v.verdict LIKE 'covered%') AS cov,
    count(v.venue) FILTER (f.is_confirmed AND v.verdict IN ('not_covered', 'not_equipped')) AS not_,
    count(v.venue) FILTER (NOT f.is_confirmed OR v.verdict = 'insufficient') AS ins
  FROM school s
  JOIN school_confirmed f ON f.school = s.id
  LEFT JOIN venue_verdict v ON v.school = s.id AND v.is_main
  GROUP BY s.id, s.county, s.students
)
SELECT
  c.*,
  w.is_frozen,
  c.venues > 0 AND 20 * (c.cov + c.not_) >= school_known_20 * c.venues AS is_printed,
  CASE
    WHEN c.venues = 0 THEN 'unknown'
    WHEN c.cov = c.venues THEN 'true'
    WHEN c.not_ >= 1 THEN 'false'
    ELSE 'unknown'
  END AS full_,
  -- Schools without an agent are U.
  CASE
    WHEN c.venues = 0 OR NOT EXISTS (FROM agent a WHERE a.school = c.school) THEN 'unknown'
    WHEN c.cov = c.venues THEN 'true'
    WHEN c.not_ >= 1 THEN 'false'
    ELSE 'unknown'
  END AS full_in_group
FROM counted c
JOIN school_window w USING (school)
CROSS JOIN parameter;

CREATE OR REPLACE TABLE school_quality AS
SELECT
  v.school,
  count(*) FILTER (v.verdict = 'covered') AS pass,
  count(*) FILTER (v.verdict IN ('covered', 'covered_below_quality')) AS judged,
  count(*) FILTER (v.verdict LIKE 'covered%') AS covered
FROM venue_verdict v
JOIN school_confirmed f USING (school)
WHERE v.is_main AND f.is_confirmed
GROUP BY v.school;

-- Schools are pooled: no figure is made of the figures of smaller regions.
CREATE OR REPLACE TABLE group_coverage AS
WITH member AS (
  SELECT unnest([county, left(county, 4) || '00', left(county, 2) || '0000']) AS region, * FROM school_coverage
), counted AS (
  SELECT
    region,
    count(*) AS schools,
    count(*) FILTER (full_in_group = 'true') AS t,
    count(*) FILTER (full_in_group = 'false') AS f,
    count(*) FILTER (full_in_group = 'unknown') AS u,
    sum(students) FILTER (full_in_group = 'true') AS t_students,
    sum(students) FILTER (full_in_group IN ('true', 'false')) AS tf_students,
    count(*) FILTER (students IS NULL) AS without_students,
    sum(cov) AS cov,
    sum(not_) AS not_,
    sum(venues) AS venues
  FROM member
  GROUP BY region
)
SELECT c.*, 20 * (t + f) >= county_known_20 * schools AS is_printed FROM counted c CROSS JOIN parameter;
