SELECT
  *
FROM (
  SELECT
    UNNEST(
      CAST([
        CASE
          WHEN "t2"."name" IS NOT NULL
          THEN CONCAT_WS(
            ' ',
            "t2"."subject",
            '<https://example.org/as>',
            CONCAT_WS(
              '',
              '<https://example.org/same/',
              CASE
                WHEN REGEXP_MATCHES(
                  "t2"."name",
                  '…reserved…'
                )
                THEN ARRAY_TO_STRING(
                  LIST_APPLY(
                    STR_SPLIT("t2"."name", ''),
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
                ELSE "t2"."name"
              END,
              '>'
            ),
            '.'
          )
          ELSE CAST(NULL AS TEXT)
        END
      ] AS TEXT[])
    ) AS "line"
  FROM (
    SELECT
      "t1"."id",
      "t1"."name",
      "t1"."parent",
      "t1"."year",
      "t1"."#row",
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
      ) AS "subject"
    FROM (
      SELECT
        *
      FROM "source_0" AS "t0"
      WHERE
        "t0"."id" IS NOT NULL
    ) AS "t1"
  ) AS "t2"
) AS "t3"
WHERE
  "t3"."line" IS NOT NULL
