SELECT line FROM (SELECT unnest([
  concat("subject", ' <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://example.org/T> .')
]) AS line
FROM (SELECT *, CASE WHEN "id" IS NOT NULL THEN concat('<https://example.org/t/', CASE WHEN REGEXP_MATCHES("id", '…reserved…') THEN ARRAY_TO_STRING(LIST_APPLY(STR_SPLIT("id", ''), LAMBDA __ibis_param_char__ : CASE WHEN REGEXP_MATCHES(__ibis_param_char__, '…reserved…') THEN REGEXP_REPLACE(HEX(__ibis_param_char__), '(..)', '%\1', 'g') ELSE __ibis_param_char__ END), '') ELSE "id" END, '>') END AS "subject" FROM source_0)
WHERE "subject" IS NOT NULL)
WHERE line IS NOT NULL
