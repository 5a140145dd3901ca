-- What everything else is made from: the inventory as its CSV files say it, and the readings as the store keeps them.
--
-- Given: the variables `inventory` (folder of the CSV files) and `as_of_ms`; the view stored_sample(series_id, at_ms, value,
-- ordinal) over the tables and Parquet files of the store, and stored_series; the tables public_day, maintenance and quality.
CREATE OR REPLACE TABLE moment AS
SELECT
  getvariable('as_of_ms')::BIGINT AS as_of_ms,
  -- Asia/Shanghai is UTC+8 all year (section 1.4).
  DATE '1970-01-01' + ((getvariable('as_of_ms')::BIGINT + 28800000) // 86400000)::INTEGER AS as_of_day;

-- A hardware address in one spelling, as contract/mac.ts describes it; any other key as it is.
CREATE OR REPLACE MACRO one_spelling(key) AS
  CASE
    WHEN regexp_full_match(lower(trim(key)), '[0-9a-f]{12}|([0-9a-f]{2}[:-]){5}[0-9a-f]{2}|([0-9a-f]{4}[.-]){2}[0-9a-f]{4}')
    THEN array_to_string(regexp_extract_all(regexp_replace(lower(trim(key)), '[^0-9a-f]', '', 'g'), '..'), ':')
    ELSE trim(key)
  END;

CREATE OR REPLACE TABLE school AS
SELECT
  id,
  county,
  area_code,
  students::BIGINT AS students,
  coalesce(school_hours, '08:00-12:00 13:00-17:00') AS school_hours,
  inventory_confirmed_at::DATE AS confirmed_on
FROM read_csv(getvariable('inventory') || '/schools.csv', header = true, all_varchar = true);

-- Section 5.1: which kinds are main teaching venues, unless the inventory says otherwise.
CREATE OR REPLACE TABLE venue AS
SELECT
  id,
  school,
  coalesce(
    main_teaching = 'yes',
    kind IN (
      'classroom', 'science_lab', 'computer_room', 'language_room', 'music_room', 'art_room', 'dance_room', 'library',
      'lecture_hall', 'recording_room', 'counselling_room', 'gymnasium', 'training_room', 'new_space', 'maker_space'
    )
  ) AS is_main
FROM read_csv(getvariable('inventory') || '/venues.csv', header = true, all_varchar = true);

CREATE OR REPLACE TABLE device AS
SELECT
  id,
  school,
  one_spelling(key) AS key,
  parent,
  coalesce(segment, 'main') AS segment,
  coalesce(expected_on, 'always') = 'on_demand' AS is_on_demand
FROM read_csv(getvariable('inventory') || '/devices.csv', header = true, all_varchar = true);

CREATE OR REPLACE TABLE serves AS
SELECT device, venue, role, walk_test_dbm::DOUBLE AS walk_test_dbm, walk_test_date::DATE AS walk_test_on
FROM read_csv(getvariable('inventory') || '/serves.csv', header = true, all_varchar = true);

CREATE OR REPLACE TABLE agent AS
SELECT id, school FROM read_csv(getvariable('inventory') || '/agents.csv', header = true, all_varchar = true);

CREATE OR REPLACE TABLE calendar AS
SELECT scope, "from"::DATE AS from_day, "to"::DATE AS to_day, kind
FROM read_csv(getvariable('inventory') || '/calendar.csv', header = true, all_varchar = true);

-- Of two readings of one series at one time the later delivered counts: the store's own rule.
CREATE OR REPLACE TABLE sample AS
SELECT
  s.school,
  s.metric,
  one_spelling(s.device) AS key,
  s.instance,
  r.at_ms,
  r.at_ms // (SELECT slot_ms FROM parameter) AS slot,
  r.at_ms % (SELECT slot_ms FROM parameter) AS ms_in_slot,
  arg_max(r.value, r.ordinal) AS value
FROM stored_sample r
JOIN stored_series s ON s.id = r.series_id
WHERE s.metric IN ('probe_ok', 'probe_failure', 'wifi_ap_up', 'agent_selftest_passed', 'agent_clock_offset_seconds')
GROUP BY r.series_id, s.school, s.metric, s.device, s.instance, r.at_ms;
