-- Section 6: coefficients of variation over INFRA_INDEX, and the states of two years on a matched panel.
--
-- Given: index_of_school(year, school, county, stage, students, side, index_milli): side is urban (with town), rural or
-- unclassified; students and index_milli (thousandths of a point) are null where they are not known.

-- Compared things with their values and weights; what has no value, or weighs nothing, takes no part.
CREATE OR REPLACE TABLE unit AS
WITH county AS (
  SELECT
    year,
    county,
    count(*) AS schools,
    count(index_milli) AS known,
    sum(index_milli) AS sum_milli,
    CASE WHEN count(students) = count(*) THEN sum(students) END AS students
  FROM index_of_school
  GROUP BY year, county
), county_mean AS (
  SELECT year, county, students,
    CASE WHEN known > 0 AND 20 * known >= county_known_20 * schools THEN sum_milli / known::DOUBLE / 1000 END AS x
  FROM county, parameter
)
SELECT year, 'CV_COUNTY by students' AS figure, county AS id, x, students::DOUBLE AS weight, 3 AS least FROM county_mean
UNION ALL
SELECT year, 'CV_COUNTY equal', county, x, 1, 3 FROM county_mean
UNION ALL
SELECT year, 'CV_SCHOOL ' || county || ' ' || stage, school, index_milli / 1000.0::DOUBLE, students, 5
FROM index_of_school
WHERE stage IS NOT NULL;

CREATE OR REPLACE TABLE cv AS
WITH taking_part AS (SELECT * FROM unit WHERE x IS NOT NULL AND weight IS DISTINCT FROM 0),
mean AS (
  SELECT year, figure, any_value(least) AS least, count(*) AS n, count(weight) AS weighed,
    sum(weight * x) / sum(weight) AS mean, min(x) AS least_x, max(x) AS most_x
  FROM taking_part
  GROUP BY year, figure
)
SELECT
  m.year,
  m.figure,
  m.n,
  m.mean,
  m.least_x,
  m.most_x,
  CASE
    WHEN m.n < m.least OR m.weighed < m.n OR m.mean = 0 THEN NULL
    ELSE sqrt(sum(t.weight * (t.x - m.mean) * (t.x - m.mean)) / sum(t.weight)) / m.mean
  END AS cv
FROM mean m
JOIN taking_part t ON t.year = m.year AND t.figure = m.figure
GROUP BY m.year, m.figure, m.n, m.least, m.weighed, m.mean, m.least_x, m.most_x;

-- CV_URBAN_RURAL and GAP_URBAN_RURAL: two groups, equal weights, whatever their sizes.
CREATE OR REPLACE TABLE urban_rural AS
WITH counted AS (
  SELECT
    year,
    count(*) AS schools,
    count(*) FILTER (side = 'unclassified') AS unclassified,
    count(*) FILTER (side = 'urban') AS urban,
    count(*) FILTER (side = 'rural') AS rural,
    count(index_milli) FILTER (side = 'urban') AS urban_known,
    count(index_milli) FILTER (side = 'rural') AS rural_known,
    avg(index_milli / 1000.0::DOUBLE) FILTER (side = 'urban') AS u,
    avg(index_milli / 1000.0::DOUBLE) FILTER (side = 'rural') AS r
  FROM index_of_school
  GROUP BY year
), judged AS (
  SELECT c.*,
    20 * unclassified <= unclassified_20 * schools
      AND urban_known > 0 AND rural_known > 0
      AND 20 * urban_known >= county_known_20 * urban
      AND 20 * rural_known >= county_known_20 * rural AS is_printed
  FROM counted c, parameter
)
SELECT
  year,
  CASE WHEN is_printed THEN u - r END AS gap,
  CASE WHEN is_printed AND u + r > 0 THEN abs(u - r) / (u + r) END AS cv
FROM judged;

-- Section 6.2: the schools that have a value in both years, if they are at least 80 % of all of either year.
CREATE OR REPLACE TABLE year_state AS
WITH pair AS (
  SELECT
    coalesce(a.school, b.school) AS school,
    coalesce(a.year, b.year - 1) AS earlier,
    a.index_milli / 1000.0::DOUBLE AS x1,
    b.index_milli / 1000.0::DOUBLE AS x2,
    a.students AS w1,
    b.students AS w2
  FROM index_of_school a
  FULL JOIN index_of_school b ON b.school = a.school AND b.year = a.year + 1
  WHERE coalesce(a.year, b.year - 1) BETWEEN (SELECT min(year) FROM index_of_school) AND (SELECT max(year) - 1 FROM index_of_school)
), matched AS (
  SELECT * FROM pair WHERE x1 IS NOT NULL AND x2 IS NOT NULL
    AND w1 IS DISTINCT FROM 0 AND w2 IS DISTINCT FROM 0
), mean AS (
  SELECT earlier, count(*) AS n, count(w1) AS n1, count(w2) AS n2,
    sum(w1 * x1) / sum(w1) AS mean1, sum(w2 * x2) / sum(w2) AS mean2
  FROM matched
  GROUP BY earlier
), both_years AS (
  SELECT m.earlier, m.n, m.n1, m.n2,
    sqrt(sum(w1 * (x1 - mean1) * (x1 - mean1)) / sum(w1)) / mean1 AS cv1,
    sqrt(sum(w2 * (x2 - mean2) * (x2 - mean2)) / sum(w2)) / mean2 AS cv2
  FROM mean m
  JOIN matched USING (earlier)
  GROUP BY m.earlier, m.n, m.n1, m.n2, mean1, mean2
)
SELECT
  b.earlier,
  b.cv1,
  b.cv2,
  CASE
    WHEN 20 * b.n < panel_20 * p.units OR b.n < 5 OR b.n1 < b.n OR b.n2 < b.n THEN 'insufficient'
    WHEN cv2 <= cv1 - 0.005 THEN 'narrowed'
    WHEN cv2 >= cv1 + 0.005 THEN 'widened'
    ELSE 'flat'
  END AS state
FROM both_years b
JOIN (SELECT earlier, count(*) AS units FROM pair GROUP BY earlier) p USING (earlier)
CROSS JOIN parameter;
