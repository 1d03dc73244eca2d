// Writes the files of Data/ from the R4 definitions (see README.md of this folder).
//   node generate.mjs FOLDER            reads resources.json, datatypes.json and valuesets-bound.json of FOLDER and writes Data/
//   node generate.mjs FOLDER --check    writes nothing; exit code 1 when a file of Data/ differs
// Nothing here depends on the clock, the machine or the order of keys: two runs give the same bytes.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const target = join(dirname(fileURLToPath(import.meta.url)), 'Data');
const folder = process.argv[2];
if (!folder) throw new Error('name the folder of the definitions');

// Not of R4 4.0.1: a page that stands for several resources, and a backport.
const leftOut = ['MetadataResource', 'SubscriptionStatus'];
const prefix = { sets: 'http://hl7.org/fhir/ValueSet/', types: 'http://hl7.org/fhir/StructureDefinition/' };

const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const definitions = [...read('datatypes.json').structureDefinitions, ...read('resources.json').structureDefinitions].filter(({ name }) => !leftOut.includes(name));
const byName = new Map(definitions.map((definition) => [definition.name, definition]));
// Elements that are open to all types list the same ones as an extension does, which says them once.
const openPath = 'Extension.value[x]';
const open = byName.get('Extension').elements.find(({ path }) => path === openPath).type.map(({ code }) => code).join('|');
const invariants = new Map();

const types = definitions.flatMap(typeLines);
const files = new Map([
  ['types.txt', [...[...invariants.values()].map(({ line }) => line), ...types].join('\n') + '\n'],
  ['valuesets.txt', valueSetLines(read('valuesets-bound.json')).join('\n') + '\n'],
]);
process.exitCode = process.argv.includes('--check') ? compare() : write();

// A type and, after it, those that its elements define: Bundle, Bundle.link, Bundle.entry, ...
function typeLines(definition) {
  const { name, elements } = definition;
  const base = definition.base?.replace(prefix.types, '') ?? '';
  const kind = definition.kind === 'primitive-type' ? 'P' : definition.kind === 'resource' ? (definition.abstract ? 'A' : 'R') : definition.abstract ? 'B' : 'C';
  const inherited = byName.get(base);
  const root = elements[0].path;
  const lines = [row('T', name, kind, base, constraints(elements[0], inherited?.elements[0], name))];
  if (kind === 'P') return lines;
  lines.push(...elements.filter((element) => isChild(element, root) && !isInherited(element, root, inherited)).map((element) => elementLine(element, elements, root, name)));
  for (const element of elements.slice(1)) {
    const children = elements.filter((other) => isChild(other, element.path));
    if (children.length === 0) continue;
    const of = element.type[0].code;
    const known = byName.get(of);
    lines.push(row('T', element.path, 'N', of, constraints(element, null, name)));
    lines.push(...children.filter((child) => !isInherited(child, element.path, known)).map((child) => elementLine(child, elements, element.path, name)));
  }
  return lines;
}

function isChild({ path }, parent) {
  return path.startsWith(`${parent}.`) && !path.slice(parent.length + 1).includes('.');
}

function isInherited(element, parent, base) {
  const name = element.path.slice(parent.length);
  const same = base?.elements.find(({ path }) => path === base.elements[0].path + name);
  return same !== undefined && facts(same) === facts(element);
}

function facts({ min, max, type, binding, contentReference }) {
  return JSON.stringify([min, max, type, binding, contentReference]);
}

function elementLine(element, all, parent, owner) {
  const isNested = all.some((other) => isChild(other, element.path));
  return row('E', element.path.slice(parent.length + 1), cardinality(element), typesOf(element, isNested), bindingOf(element), isNested ? '' : constraints(element, null, owner));
}

function cardinality({ min, max }) {
  const text = `${min}..${max}`;
  return { '0..1': '', '1..1': '1', '0..*': '*', '1..*': '+' }[text] ?? text;
}

function typesOf(element, isNested) {
  if (isNested) return element.path;
  if (element.contentReference) return element.contentReference.replace('#', '');
  const list = (element.type ?? []).map(({ code, fhirType, target: targets, profile }) => {
    // The type of Resource.id is said to be string; the page of resources says id.
    const type = element.path === 'Resource.id' ? 'id' : fhirType ?? code;
    if (code === 'Reference') return targets === undefined || targets.includes('Resource') ? 'Reference' : `Reference(${targets.join(',')})`;
    const special = (profile ?? []).map((url) => url.replace(prefix.types, '')).find((name) => byName.get(name)?.kind === 'complex-type' && name !== type);
    return special ?? type;
  }).join('|');
  return list === open && element.path !== openPath ? '*' : list;
}

// Only these two strengths are checked.
function bindingOf({ binding }) {
  const sign = { required: '!', extensible: '+' }[binding?.strength];
  return sign && binding.valueSet ? sign + binding.valueSet.split('|')[0].replace(prefix.sets, '') : '';
}

// Keys are not unique (inv-1 is three rules): the owner is added where one is taken.
function constraints(element, base, owner) {
  const inherited = new Set((base?.constraint ?? []).map(({ key }) => key));
  return (element.constraint ?? []).filter(({ key }) => !inherited.has(key) && !(/^dom-/.test(key) && owner !== 'DomainResource')).map((constraint) => {
    const text = tidy(constraint.expression);
    let key = constraint.key;
    if (invariants.has(key) && invariants.get(key).text !== text) key = `${constraint.key}@${owner}`;
    if (invariants.has(key) && invariants.get(key).text !== text) throw new Error(`${key} stands for two rules`);
    invariants.set(key, { text, line: row('I', key, constraint.severity === 'warning' ? 'w' : 'e', text, tidy(constraint.human)) });
    return key;
  }).join(' ');
}

function valueSetLines(sets) {
  return Object.keys(sets).sort().flatMap((url) => {
    const set = sets[url];
    const systems = Object.entries(set.systems ?? {}).map(([system, codes]) => row('S', system, ...Object.keys(codes).sort()));
    return [row('V', url.replace(prefix.sets, ''), set.complete && systems.length > 0 ? 'complete' : ''), ...(set.complete ? systems : [])];
  });
}

function tidy(text) {
  return text.replace(/\s+/g, ' ').trim();
}

function row(...cells) {
  if (cells.some((cell) => /[\t\n\r]/.test(cell))) throw new Error(`a cell holds a separator: ${JSON.stringify(cells)}`);
  return cells.join('\t').replace(/\t+$/, '');
}

function compare() {
  const stale = [...files].filter(([name, text]) => readFileSync(join(target, name), 'utf8') !== text).map(([name]) => name);
  if (stale.length > 0) console.error(`differs from what the definitions give: ${stale.join(', ')}. Run node generate.mjs.`);
  return stale.length > 0 ? 1 : 0;
}

function write() {
  for (const [name, text] of files) writeFileSync(join(target, name), text);
  return 0;
}
