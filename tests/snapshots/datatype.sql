SELECT
  CONCAT_WS(
    '',
    '<https://example.org/t/',
    CASE
      WHEN REGEXP_MATCHES(
        "t1"."id",
        '…reserved…'
      )
      THEN ARRAY_TO_STRING(
        LIST_APPLY(
          STR_SPLIT("t1"."id", ''),
          LAMBDA __ibis_param_char__ : CASE
            WHEN REGEXP_MATCHES(
              __ibis_param_char__,
              '…reserved…'
            )
            THEN REGEXP_REPLACE(HEX(__ibis_param_char__), '(..)', '%\1', 'g')
            ELSE __ibis_param_char__
          END
        ),
        ''
      )
      ELSE "t1"."id"
    END,
    '>'
  ) AS "s",
  '<https://example.org/p>' AS "p",
  CONCAT_WS(
    '',
    '"',
    CASE
      WHEN REGEXP_MATCHES("t1"."year", '[\\"\n\r]')
      THEN REPLACE(
        REPLACE(REPLACE(REPLACE("t1"."year", '\', '\\'), '"', '\"'), '
', '\n'),
        '␍',
        '\r'
      )
      ELSE "t1"."year"
    END,
    '"^^<http://www.w3.org/2001/XMLSchema#gYear>'
  ) AS "o",
  CAST(NULL AS TEXT) AS "g",
  "t1"."#row" AS "row",
  CAST(NULL AS BIGINT) AS "parent_row"
FROM (
  SELECT
    *
  FROM "source_0" AS "t0"
  WHERE
    "t0"."id" IS NOT NULL AND "t0"."year" IS NOT NULL
) AS "t1"
