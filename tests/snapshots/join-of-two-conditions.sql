SELECT
  CONCAT_WS(' ', "t7"."s", "t7"."p", "t7"."o", '.') AS "line"
FROM (
  SELECT
    CONCAT_WS(
      '',
      '<https://example.org/t/',
      CASE
        WHEN REGEXP_MATCHES(
          "t4"."id",
          '…reserved…'
        )
        THEN ARRAY_TO_STRING(
          LIST_APPLY(
            STR_SPLIT("t4"."id", ''),
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
        ELSE "t4"."id"
      END,
      '>'
    ) AS "s",
    '<https://example.org/in>' AS "p",
    CONCAT_WS(
      '',
      '<https://example.org/u/',
      CASE
        WHEN REGEXP_MATCHES(
          "t6"."parent column 3",
          '…reserved…'
        )
        THEN ARRAY_TO_STRING(
          LIST_APPLY(
            STR_SPLIT("t6"."parent column 3", ''),
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
        ELSE "t6"."parent column 3"
      END,
      '>'
    ) AS "o",
    CAST(NULL AS TEXT) AS "g",
    "t4"."#row" AS "row",
    "t6"."parent #row" AS "parent_row"
  FROM (
    SELECT
      *
    FROM "source_0" AS "t0"
    WHERE
      "t0"."id" IS NOT NULL
      AND "t0"."parent" IS NOT NULL
      AND "t0"."year" IS NOT NULL
  ) AS "t4"
  INNER JOIN (
    SELECT
      "t2"."name" AS "parent column 3",
      "t2"."id" AS "parent column 5",
      "t2"."year" AS "parent column 7",
      "t2"."#row" AS "parent #row"
    FROM "source_1" AS "t2"
    WHERE
      "t2"."name" IS NOT NULL
      AND "t2"."id" IS NOT NULL
      AND "t2"."year" IS NOT NULL
  ) AS "t6"
    ON "t4"."parent" = "t6"."parent column 5"
    AND CONCAT_WS('', 'y', "t4"."year") = "t6"."parent column 7"
) AS "t7"
;
SELECT line FROM (SELECT unnest([
  CONCAT_WS('', "subject", ' <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://example.org/U> .')
]) AS line
FROM (SELECT *, CASE WHEN "name" IS NOT NULL THEN CONCAT_WS('', '<https://example.org/u/', CASE WHEN REGEXP_MATCHES("name", '…reserved…') THEN ARRAY_TO_STRING(LIST_APPLY(STR_SPLIT("name", ''), LAMBDA __ibis_param_char__ : CASE WHEN REGEXP_MATCHES(__ibis_param_char__, '…reserved…') THEN REGEXP_REPLACE(HEX(__ibis_param_char__), '(..)', '%\1', 'g') ELSE __ibis_param_char__ END), '') ELSE "name" END, '>') ELSE CAST(NULL AS TEXT) END AS "subject" FROM source_1)
WHERE "subject" IS NOT NULL)
WHERE line IS NOT NULL
