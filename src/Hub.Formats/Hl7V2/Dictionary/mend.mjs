// What is wrong in the packages and mended by rule. Each rule is listed in README.md of this folder, with its reason.
const usage = { 1: 'O', 2: 'R', 3: 'C', 4: 'B' };

/** Segments of every version: { PID: { desc, fields: [{ type, opt, rep, len, table, desc }] } }. */
export function mendSegments(versions, facts, lists) {
  const result = {};
  for (const version of versions) {
    const listed = lists.definitions[version].segments;
    result[version] = {};
    for (const name of Object.keys(listed)) {
      // ED is a data type; 2.6 also lists it as a segment of one field.
      if (name === 'ED') continue;
      result[version][name] = { desc: listed[name].desc, fields: fields(version, facts[version], name, listed[name]) };
    }
  }
  copySegment(result, 'CON', '2.6', ['2.5', '2.5.1'], facts);
  for (const name of ['QPD', 'RCP', 'QRI']) copySegment(result, name, '2.4', ['2.3.1'], facts);
  // ITM of 2.6 stops at field 6 of 29; the rest as in 2.7.
  result['2.6'].ITM.fields.push(...result['2.7'].ITM.fields.slice(6));
  mendNewest(result);
  mendUsage(result);
  return result;
}

// One version alone requires these, or alone does not; the versions before and after it are followed, so that ordinary messages are not
// refused (a numeric OBX of 2.3.1 without a sub-ID, an order of 2.3 without a quantity) and what every version needs is asked for.
// Fields of 2.2 that have another meaning at that number (OM1, OM3) are no neighbours.
function mendUsage(result) {
  const rules = [
    ['2.3.1', 'OBX', 2, 'C'], ['2.3.1', 'OBX', 4, 'C'], ['2.3.1', 'ORC', 1, 'R'],
    ['2.3', 'ORC', 7, 'O'], ['2.3', 'OBR', 27, 'O'], ['2.3', 'NK1', 7, 'O'],
    // Required in 2.2 and 2.3.1, and on to 2.7.
    ['2.3', 'EVN', 2, 'R'], ['2.3', 'IN1', 2, 'R'], ['2.3', 'PR1', 3, 'R'], ['2.3', 'PR1', 5, 'R'], ['2.3', 'QRD', 1, 'R'], ['2.3', 'RXG', 1, 'R'],
    // Required in 2.3 alone.
    ['2.3', 'OM3', 7, 'O'], ['2.3', 'RXG', 2, 'O'],
    // Required in 2.3 and 2.4, and on to 2.7.
    ['2.3.1', 'OM1', 2, 'R'], ['2.3.1', 'OM1', 4, 'R'], ['2.3.1', 'OM1', 5, 'R'], ['2.3.1', 'OM1', 8, 'R'],
    ['2.3.1', 'CTD', 1, 'R'], ['2.3.1', 'LCH', 5, 'R'], ['2.3.1', 'RDT', 1, 'R'],
    // Required in 2.2 alone: item 368 is IN1-2 as well, which is required.
    ['2.2', 'FT1', 14, 'O'],
  ];
  for (const [version, name, number, opt] of rules) {
    const field = result[version][name].fields[number - 1];
    if (field.opt === opt) throw new Error(`${name}-${number} of ${version} is ${opt}: take the rule away`);
    field.opt = opt;
  }
  // A counter as before and after; 2.3 gives it the type of a code.
  Object.assign(result['2.3'].RXG.fields[0], { type: 'NM', table: undefined });
  // Its repetitions are the number of its table in 2.5.1.
  result['2.5.1'].OBX.fields[1].rep = result['2.5'].OBX.fields[1].rep;
}

/**
 * Facts of data types of every version. 2.5 to 2.6 leave the trigger event and the structure of a message (MSG.2, MSG.3) to the sender, where
 * 2.7 requires both; the text of MSH-9 has required them since 2.5, the acknowledgment excepted.
 */
export function mendTypes(facts) {
  const result = { ...facts };
  for (const version of ['2.5', '2.5.1', '2.6']) {
    const { types } = facts[version];
    const fields = { ...types.MSG.fields };
    for (const number of [2, 3]) {
      if (fields[number].opt === 'R') throw new Error(`MSG.${number} of ${version} is R: take the rule away`);
      fields[number] = { ...fields[number], opt: 'R' };
    }
    result[version] = { ...facts[version], types: { ...types, MSG: { ...types.MSG, fields } } };
  }
  return result;
}

function mendNewest(result) {
  for (const [name, { fields: older }] of Object.entries(result['2.6']))
    older.forEach((field, at) => {
      const newer = result['2.7'][name]?.fields[at];
      // Fields that take their type from another (OBX-5) are ST in the 2.7 of the packages.
      if (newer && field.type === 'VARIES') newer.type = 'VARIES';
      // 2.6 withdrew these; the packages say so from 2.7 on.
      if (newer?.opt === 'B' && ['DG1', 'FT1', 'PR1'].includes(name)) field.opt = 'B';
    });
}

// The second package counts the fields: the first repeats the last field of OM2 to OM6.
function fields(version, facts, name, listed) {
  return listed.fields.map((own, at) => {
    const found = facts.segments[name].fields[at + 1];
    if (!found || found.type !== own.datatype || (usage[own.opt] !== found.opt)) throw new Error(`the packages disagree at field ${at + 1} of ${listed.desc} ${version}`);
    // 2.7 gives a length only where it is fixed; the first package fills the rest with lengths of older versions.
    return { ...found, len: version === '2.7' ? own.len : found.len, table: isOfLaterPart(found, facts.types) ? undefined : found.table };
  });
}

// A table at a composite field is that of its first component. Some are of a later one, which has it itself (XPN.7, CX.3, CX.5),
// or of the unit of a quantity.
function isOfLaterPart({ type, table }, types) {
  const [, ...later] = Object.values(types[type].fields ?? {});
  return table !== undefined && (type === 'CQ' || later.some((component) => component.table === table));
}

function copySegment(result, name, from, versions, facts) {
  for (const version of versions) {
    if (result[version][name]) throw new Error(`${name} is there in ${version}: take the rule away`);
    const known = facts[version].types;
    // Types that came later become those they replaced.
    const older = { CWE: 'CE', DTM: 'TS' };
    const typed = (type) => (type === 'DTM' && known.TS) || (type === 'CWE' && !known.CWE) ? older[type] : type;
    result[version][name] = { ...result[from][name], fields: result[from][name].fields.map((field) => ({ ...field, type: typed(field.type) })) };
  }
}

/** Structures of every version: { ADT_A01: { desc, nodes: [{ name, min, max, children? , choice? }] } }, max 0 for no limit. */
export function mendStructures(versions, definitions) {
  const result = {};
  for (const version of versions) {
    result[version] = {};
    for (const [name, message] of Object.entries(definitions[version].messages)) {
      // 2.6 lists these a second time with a zero for an O, a T for an I, or two letters changed about.
      if (['OMG_019', 'OML_021', 'OML_033', 'OML_035', 'ORB_028', 'QRV_Q17', 'REF_T12', 'RRI_T12'].includes(name)) continue;
      result[version][name] = { desc: message.desc, nodes: message.segments.segments.map((node) => normal(node, true)) };
    }
  }
  mendSingle(result);
  addMissing(result, definitions);
  mendGroups(versions, result);
  return result;
}

function normal(node, top) {
  if (node.name === 'GenericSegment') return { name: '*', min: 0, max: 0 };
  if (node.compounds) {
    const choice = node.compounds.map((one) => ({ name: one.name, min: 1, max: 1 }));
    // A choice carries no count of its own in the package: inside a group it is what the group is about, once.
    return { name: '', min: top ? 0 : 1, max: top ? 0 : 1, choice };
  }
  const plain = { name: node.name === 'TIIMING' ? 'TIMING' : node.name, min: node.min, max: node.max };
  return node.children ? { ...plain, children: node.children.map((child) => normal(child, false)) } : plain;
}

function mendSingle(result) {
  // 2.7: the choices of CCM_I21 have lost their names, and EHC_E24 its group.
  for (const name of ['RESOURCE_DETAIL', 'CLINICAL_HISTORY_DETAIL', 'ROLE_CLINICAL_HISTORY', 'ROLE_PROBLEM', 'ROLE_GOAL', 'ROLE_PATHWAY'])
    group(result['2.7'].CCM_I21.nodes, name).children[0] = group(result['2.7'].CCI_I22.nodes, name).children[0];
  result['2.7'].EHC_E24 = { ...result['2.6'].EHC_E24 };
  for (const version of ['2.6', '2.7']) {
    const section = group(result[version].EHC_E02.nodes, 'PRODUCT_SERVICE_SECTION');
    section.children.find((node) => node.children).name = 'PRODUCT_SERVICE_GROUP';
  }
  // 2.6: three have lost their beginning, which is that of a sister.
  for (const [name, sister] of [['MDM_T09', 'MDM_T01'], ['ORR_O02', 'ORR_O02'], ['MFR_M04', 'MFR_M05']]) {
    const { nodes } = result['2.6'][name];
    const model = result[name === sister ? '2.5.1' : '2.6'][sister].nodes;
    nodes.unshift(...model.slice(0, model.findIndex((node) => node.name === nodes[0].name)));
  }
  // 2.3.1 requires DRG in ADT_A38; no version before or after does.
  group(result['2.3.1'].ADT_A38.nodes, 'DRG').min = 0;
  // RSP_K11 is the form of every segment pattern response: what follows QPD is up to the query.
  for (const { RSP_K11: response } of Object.values(result).filter((structures) => structures.RSP_K11)) {
    const query = response.nodes.findIndex((node) => node.name === 'QPD');
    response.nodes = [...response.nodes.slice(0, query + 1), { name: '*', min: 0, max: 0 }, ...response.nodes.filter((node) => node.name === 'DSC')];
  }
  // MFN_M01 is any master file: what follows MFE is up to the file.
  for (const version of ['2.3', '2.6']) group(result[version].MFN_M01.nodes, 'MF').children[1] = { name: '*', min: 0, max: 0 };
}

function group(nodes, name) {
  for (const node of nodes) {
    const found = node.name === name ? node : group(node.children ?? [], name);
    if (found) return found;
  }
  return undefined;
}

// Structures that a version has and the package lacks, from the nearest version that has them.
function addMissing(result, definitions) {
  const missing = [
    ['MFN_M01', '2.6', ['2.3.1', '2.4', '2.5', '2.5.1', '2.7']],
    ['MFN_M03', '2.6', ['2.3', '2.3.1', '2.4', '2.5', '2.5.1', '2.7']],
    ['MFR_M01', '2.6', ['2.3', '2.3.1', '2.4', '2.5', '2.5.1']],
    ['QBP_Q15', '2.6', ['2.4', '2.5', '2.5.1']],
    ['QVR_Q17', '2.6', ['2.4', '2.5', '2.5.1']],
    ['PGL_PC6', '2.6', ['2.5', '2.5.1']],
    ['QRY_T12', '2.4', ['2.5', '2.5.1']],
    ['SUR_P09', '2.4', ['2.5', '2.5.1']],
    ['QRY_Q02', '2.3.1', ['2.3']],
  ];
  for (const [name, from, versions] of missing)
    for (const version of versions) {
      if (result[version][name]) throw new Error(`${name} is there in ${version}: take the rule away`);
      const known = definitions[version].segments;
      const nodes = result[from][name].nodes.filter((node) => node.children || node.min > 0 || known[node.name]);
      result[version][name] = { desc: result[from][name].desc, nodes };
    }
}

// Some groups of 2.5 to 2.6 say 1..1 where every other version says 0..*: the count was lost. The others are followed.
function mendGroups(versions, result) {
  const walk = (nodes, path, see) => nodes.forEach((node) => {
    if (!node.children) return;
    see(node, `${path}/${node.name}`);
    walk(node.children, `${path}/${node.name}`, see);
  });
  const counts = {};
  const each = (see) => versions.forEach((version) => Object.entries(result[version]).forEach(([name, { nodes }]) => walk(nodes, name, see)));
  each((node, path) => (counts[path] ??= new Set()).add(`${node.min}-${node.max}`));
  each((node, path) => {
    if (node.min === 1 && node.max === 1 && counts[path].has('0-0')) node.min = node.max = 0;
  });
}

/**
 * The structure of each message and trigger event, for example ADT_A04 -> ADT_A01. Up to 2.4 a message has the structure that the
 * package lists under its own name; from 2.5 on table 0354 comes first, because what is listed under event names was not carried on
 * (ADT_A04 of 2.5 has no SFT). Table 0354 also names the events that a version does not list.
 */
export function structureOfEvents(version, structures, table) {
  const events = Object.fromEntries(Object.keys(structures).map((name) => [name, name]));
  if (['2.1', '2.2', '2.3'].includes(version)) return events;
  for (const [structure, list] of Object.entries(table)) {
    if (!structures[structure]) continue;
    for (const event of list.match(/\b[A-Z][A-Z0-9]{2}\b/g) ?? []) {
      const name = `${structure.slice(0, 3)}_${event}`;
      // The table gives PCC to PPG as well as to PPP; it is PPP's.
      if (name === 'PPG_PCC' || (version < '2.5' && structures[name])) continue;
      events[name] = structure;
    }
  }
  return events;
}
