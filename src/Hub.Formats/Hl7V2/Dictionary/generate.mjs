// Writes the files of Data/ from two npm packages (see README.md of this folder).
//   node generate.mjs            fetches the packages into a temporary folder and writes Data/
//   node generate.mjs --check    writes nothing; exit code 1 when a file of Data/ differs
//   --packages FOLDER            takes the packages from FOLDER/node_modules instead of fetching them
// Nothing here depends on the clock, the machine or the order of keys: two runs give the same bytes.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { mendSegments, mendStructures, mendTypes, structureOfEvents } from './mend.mjs';

const packages = ['hl7v2-dictionary@1.8.0', 'hl7-dictionary@1.0.1'];
const versions = ['2.1', '2.2', '2.3', '2.3.1', '2.4', '2.5', '2.5.1', '2.6', '2.7'];
const target = join(dirname(fileURLToPath(import.meta.url)), 'Data');

const option = process.argv.indexOf('--packages');
const folder = option > 0 ? resolve(process.argv[option + 1]) : mkdtempSync(join(tmpdir(), 'hl7-dictionary-'));
try {
  if (option < 0) install(folder);
  const files = generate(await read(folder));
  process.exitCode = process.argv.includes('--check') ? compare(files) : write(files);
} finally {
  if (option < 0) rmSync(folder, { recursive: true });
}

function install(into) {
  writeFileSync(join(into, 'package.json'), '{"private":true}');
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], { cwd: into, stdio: ['ignore', 'ignore', 'inherit'] });
}

// Field facts come from the first package, which names more tables; structures from the second, whose lists keep a
// segment that stands in two places (ROL in ADT_A01), which objects keyed by segment name cannot.
async function read(from) {
  const require = createRequire(join(from, 'package.json'));
  const entry = pathToFileURL(join(from, 'node_modules', 'hl7v2-dictionary', 'index.js'));
  const { dictionaries } = await import(entry.href);
  return { facts: dictionaries, lists: require('hl7-dictionary') };
}

function generate({ facts: published, lists }) {
  const files = new Map();
  const facts = mendTypes(published);
  const segments = mendSegments(versions, facts, lists);
  const structures = mendStructures(versions, lists.definitions);
  for (const version of versions) {
    const lines = [
      ...typeLines(version, facts, segments[version], lists.definitions[version].fields),
      ...segmentLines(segments[version]),
      ...structureLines(structures[version]),
      ...eventLines(structureOfEvents(version, structures[version], lists.tables['354'].values)),
    ];
    files.set(`${version}.txt`, lines.join('\n') + '\n');
  }
  files.set('tables.txt', tableLines(lists.tables).join('\n') + '\n');
  return files;
}

// Data types that no field can reach are left out: the first package lists some dozens of made-up ones (CM_…).
function typeLines(version, facts, segments, known) {
  // A type that the version lacks but a field of it uses is taken from the next version (SRT of 2.4, for RCP in 2.3.1).
  const find = (name) => versions.slice(versions.indexOf(version)).map((at) => facts[at].types[name]).find(Boolean);
  const reached = new Set();
  const reach = (name) => {
    if (reached.has(name)) return;
    if (!find(name)) throw new Error(`data type ${name} of ${version} is used and not defined`);
    reached.add(name);
    for (const component of numbered(find(name).fields)) reach(component.type);
  };
  Object.keys(known).filter(find).forEach(reach);
  for (const segment of Object.values(segments)) for (const field of segment.fields) reach(field.type);
  return [...reached].sort().flatMap((name) => {
    // CN has nine components before 2.5; the first package gives it thirteen, which are those of XCN.
    const components = numbered(find(name).fields).slice(0, name === 'CN' ? 9 : undefined);
    return [row('T', name, tidy(find(name).desc)), ...components.map((component) => factLine('C', component))];
  });
}

function segmentLines(segments) {
  return Object.keys(segments).sort().flatMap((name) =>
    [row('S', name, tidy(segments[name].desc)), ...segments[name].fields.map((field) => factLine('F', field))]);
}

function factLine(kind, fact) {
  const repetitions = fact.rep === 'infinite' ? '*' : fact.rep === 1 ? '' : fact.rep;
  return row(kind, fact.type, fact.opt === 'O' ? '' : fact.opt, repetitions, fact.len ?? '', fact.table ?? '', tidy(fact.desc));
}

// Structures in the notation of the standard: [optional] {repeating} <one|of|these> (GROUP its segments) * for any segment.
function structureLines(structures) {
  return Object.keys(structures).sort().map((name) =>
    row('M', name, tidy(structures[name].desc), structures[name].nodes.map(notation).join(' ')));
}

function notation(node) {
  let text = node.choice ? `<${node.choice.map(notation).join('|')}>` : node.children ? `(${node.name} ${node.children.map(notation).join(' ')})` : node.name;
  if (node.max === 0) text = `{${text}}`;
  else if (node.max !== 1) throw new Error(`${node.name} occurs at most ${node.max} times, which the notation cannot say`);
  return node.min === 0 ? `[${text}]` : text;
}

function eventLines(events) {
  return Object.keys(events).sort().map((event) => row('E', event, events[event]));
}

function tableLines(tables) {
  return Object.keys(tables).map(Number).sort((a, b) => a - b).flatMap((number) => {
    const { desc } = tables[number];
    // Table 0104 calls 2.5.1 "Release 1.5.1".
    const values = number === 104 ? { ...tables[number].values, '2.1': 'Release 2.1', '2.5.1': 'Release 2.5.1' } : tables[number].values;
    return [row('T', String(number).padStart(4, '0'), tidy(desc)), ...Object.keys(values).sort().map((code) => row('V', code, tidy(values[code])))];
  });
}

function numbered(fields) {
  return Object.keys(fields ?? {}).map(Number).sort((a, b) => a - b).map((number, at) => {
    if (number !== at + 1) throw new Error(`field ${number} stands at place ${at + 1}`);
    return fields[number];
  });
}

// Names lost dashes and quotes on their way into the packages: three blanks were a dash, two were a quote or a sign.
function tidy(text) {
  return (text ?? '').replace(/\s+-\s+/g, ' - ').trim().replace(/\s{3,}/g, ' - ').replace(/\s+/g, ' ');
}

function row(...cells) {
  const line = cells.join('\t');
  if (cells.some((cell) => /[\t\n\r]/.test(String(cell)))) throw new Error(`a cell holds a separator: ${JSON.stringify(line)}`);
  return line.replace(/\t+$/, '');
}

function compare(files) {
  const stale = [...files].filter(([name, text]) => readFileSync(join(target, name), 'utf8') !== text).map(([name]) => name);
  if (stale.length > 0) console.error(`differs from what the packages give: ${stale.join(', ')}. Run node generate.mjs.`);
  return stale.length > 0 ? 1 : 0;
}

function write(files) {
  for (const [name, text] of files) writeFileSync(join(target, name), text);
  return 0;
}
