SELECT line FROM (SELECT unnest([
  CASE WHEN "name" IS NOT NULL THEN concat("subject", ' <https://example.org/p> "', CASE WHEN REGEXP_MATCHES("name", '[\\"\n\r]') THEN REPLACE(REPLACE(REPLACE(REPLACE("name", '\', '\\'), '"', '\"'), '
', '\n'), '␍', '\r') ELSE "name" END, '" .') END
]) AS line
FROM (SELECT *, CASE WHEN "id" IS NOT NULL THEN concat('<https://example.org/t/', CASE WHEN REGEXP_MATCHES("id", '…reserved…') THEN ARRAY_TO_STRING(LIST_APPLY(STR_SPLIT("id", ''), LAMBDA __ibis_param_char__ : CASE WHEN REGEXP_MATCHES(__ibis_param_char__, '…reserved…') THEN REGEXP_REPLACE(HEX(__ibis_param_char__), '(..)', '%\1', 'g') ELSE __ibis_param_char__ END), '') ELSE "id" END, '>') END AS "subject" FROM source_0)
WHERE "subject" IS NOT NULL)
WHERE line IS NOT NULL
