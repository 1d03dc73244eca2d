// Writes Data/guide.txt from the tables of HL7's "HL7 Version 2 to FHIR" guide, and Data/structure.txt from the definitions of FHIR R4 (README.md).
//   node generate.mjs --tables FOLDER --definitions FOLDER            writes both
//   node generate.mjs --tables FOLDER --definitions FOLDER --check    writes nothing; exit code 1 when a file differs
// FOLDER of --tables holds messages/, segments/, datatypes/ and codesystems/ (SOURCE.Target.csv); that of --definitions
// resources.json, datatypes.json and valuesets-bound.json. Two runs give the same bytes.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCsv } from './csv.mjs';
import { clashes, mendCondition, mendMake, mendRule, mendRow, unused } from './mend.mjs';
import { structureLines } from './structure.mjs';

const target = join(dirname(fileURLToPath(import.meta.url)), 'Data');
const tables = option('--tables');
const definitions = option('--definitions');
const clashing = [];
const files = new Map([['guide.txt', guideLines()], ['structure.txt', structureLines(definitions)]]);
if (unused().length > 0) throw new Error(`These mends no longer apply: ${unused().join('; ')}`);
if (clashing.length > 0) throw new Error(`Of these targets the last field would stand over the others: ${clashing.join('; ')}`);
process.exitCode = process.argv.includes('--check') ? compare() : write();

function option(name) {
  const at = process.argv.indexOf(name);
  if (at < 0) throw new Error(`${name} FOLDER is missing.`);
  return process.argv[at + 1];
}

function guideLines() {
  return [
    '# Made by generate.mjs from the tables of HL7 Version 2 to FHIR (HL7/v2-to-fhir, Apache-2.0). Not to be edited by hand.',
    ...csvs('messages').flatMap(([name, rows]) => messageLines(name, rows)),
    ...csvs('segments').flatMap(([name, rows]) => mapLines('segment', name, rows)),
    ...csvs('datatypes').flatMap(([name, rows]) => mapLines('type', name, rows)),
    ...csvs('codesystems').flatMap(([name, rows]) => codeLines(name, rows)),
  ];
}

function csvs(folder) {
  return readdirSync(join(tables, folder)).filter(file => file.endsWith('.csv')).sort()
    .map(file => [file.slice(0, -4), readCsv(readFileSync(join(tables, folder, file), 'utf8')).slice(2)]);
}

// A message: its places (segments and groups with how often they stand there), and under each place what is made of it.
function messageLines(name, rows) {
  const lines = [`message ${name} ${rows.length}`];
  let place = '';
  for (const row of rows) {
    const [, path, syntax, label, min, max, antlr, , narrative, primary, map, references] = row.map(clean);
    const group = /^-+ *(.*?) *\b(begin|end)\b/i.exec(label);
    if (group) {
      lines.push(group[2].toLowerCase() === 'begin' ? line('group', path.split('.').at(-1), min, max) : 'end');
      place = '';
      continue;
    }
    if (path && path !== place) lines.push(line('place', nameOf(path, syntax), min, max));
    place = path || place;
    if (primary || map) lines.push(line('make', condition(mendMake(nameOf(path, syntax), antlr), narrative), ...mendRow(name, nameOf(path, syntax), primary, map, references)));
  }
  return lines;
}

// The segment's name stands in brackets that tell how often.
function nameOf(path, syntax) {
  return (/[A-Z][A-Z0-9]{2}/.exec(syntax) ?? [path.split('.').at(-1)])[0];
}

function mapLines(kind, name, rows) {
  const dot = name.indexOf('.');
  const lines = [`${kind} ${name.slice(0, dot)} ${name.slice(dot + 1)} ${rows.length}`];
  const rules = [];
  for (const row of rows) {
    const [, source, , , , , antlr, , narrative, attribute, extension, , , , map, codes, assignment] = row.map(clean);
    if (!attribute && !extension) continue;
    const rule = { ...mendRule(name, source, attribute || extension, map, codes, assignment), condition: condition(mendCondition(antlr), narrative) };
    rules.push(rule);
    lines.push(line('rule', rule.source || name.slice(0, dot), rule.condition, rule.target, rule.map, rule.codes, rule.assignment));
  }
  if (kind === 'segment') clashing.push(...clashes(name, rules));
  return lines;
}

function codeLines(name, rows) {
  const lines = [`codes ${name} ${rows.length}`];
  for (const row of rows) {
    const [code, , table, antlr, , narrative, mapped, second, display, system] = row.map(clean);
    if (!code || !mapped) continue;
    lines.push(line('code', code, table, condition(mendCondition(antlr), narrative), mapped, display || second, system));
  }
  return lines;
}

function condition(computable, narrative) {
  return narrative ? `${computable}${computable ? ' ' : ''}~ ${narrative}` : computable;
}

function clean(cell) {
  return (cell ?? '').replace(/\s+/g, ' ').replace(/[“”]/g, '"').replace(/[–—]/g, '-').replaceAll(' | ', '|').trim();
}

function line(word, ...cells) {
  return `${word} ${cells.join(' | ')}`.replace(/[ |]+$/, '');
}

function write() {
  for (const [name, lines] of files) writeFileSync(join(target, name), lines.join('\n') + '\n');
  return 0;
}

function compare() {
  const different = [...files].filter(([name, lines]) => readFileSync(join(target, name), 'utf8') !== lines.join('\n') + '\n');
  for (const [name] of different) console.error(`Data/${name} is not what generate.mjs writes.`);
  return different.length > 0 ? 1 : 0;
}
