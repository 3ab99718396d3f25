SELECT
  CONCAT_WS(' ', "t6"."s", "t6"."p", "t6"."o", '.') AS "line"
FROM (
  SELECT
    CONCAT_WS(
      '',
      '<https://example.org/t/',
      CASE
        WHEN REGEXP_MATCHES(
          "t3"."id",
          '…reserved…'
        )
        THEN ARRAY_TO_STRING(
          LIST_APPLY(
            STR_SPLIT("t3"."id", ''),
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
        ELSE "t3"."id"
      END,
      '>'
    ) AS "s",
    '<https://example.org/in>' AS "p",
    CONCAT_WS(
      '',
      '<https://example.org/t/',
      CASE
        WHEN REGEXP_MATCHES(
          "t5"."parent column 1",
          '…reserved…'
        )
        THEN ARRAY_TO_STRING(
          LIST_APPLY(
            STR_SPLIT("t5"."parent column 1", ''),
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
        ELSE "t5"."parent column 1"
      END,
      '>'
    ) AS "o",
    CAST(NULL AS TEXT) AS "g",
    "t3"."#row" AS "row",
    "t5"."parent #row" AS "parent_row"
  FROM (
    SELECT
      *
    FROM "source_0" AS "t0"
    WHERE
      "t0"."id" IS NOT NULL AND "t0"."parent" IS NOT NULL
  ) AS "t3"
  INNER JOIN (
    SELECT
      "t1"."id" AS "parent column 1",
      "t1"."parent" AS "parent column 2",
      "t1"."#row" AS "parent #row"
    FROM "source_0" AS "t1"
    WHERE
      "t1"."id" IS NOT NULL
  ) AS "t5"
    ON "t3"."parent" = "t5"."parent column 1"
) AS "t6"
