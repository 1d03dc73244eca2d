// What is a slip of the pen in the guide's tables, and what it says instead (README.md lists them). A mend that no longer applies stops the run.
const count = new Map();

function apply(mends, text) {
  for (const [from, to] of mends) {
    const next = typeof from === 'string' ? text.replaceAll(from, to) : text.replace(from, to);
    if (!count.has(from)) count.set(from, 0);
    if (next !== text) count.set(from, count.get(from) + 1);
    text = next;
  }
  return text;
}

export const unused = () => [...count].filter(([, times]) => times === 0).map(([mend]) => String(mend));

const conditions = [
  ['PL3.NOT', 'PL.3 NOT'],
  ['XCN.19 NOT VALUED XCN.20', 'XCN.19 NOT VALUED AND XCN.20'],
  [/^IF \((OBX-2 EQUALS "SN" *AND OBX-5\.1 *EQUALS "<>")$/, 'IF $1'],
  [/\bVALUE(?=$| )/g, 'VALUED'],
  ['LESS THAN OR EQUALS 1 AND OBX-2 IS "NA"', 'LESS THAN OR EQUALS 1 OR OBX-2 IS "NA"'],
  [' AND OBX-29 AND OBX-29 IN', ' AND OBX-29 IN'],
  // The table of PRT-4 is 0912; 0443 is that of ROL-3, from which it has its codes.
  ['PRT-4.3 EQUALS "HL70443"', 'PRT-4.3 IN ("HL70443", "HL70912")'],
  ['PRT-4.3 NOT EQUALS "HL70443"', 'PRT-4.3 NOT IN ("HL70443", "HL70912")'],
];

const targets = [
  ['.reference(', '('],
  ['Practioner.', 'Practitioner.'],
  ['practioner(', 'practitioner('],
  ['organziation', 'organization'],
  ['organization.(', 'organization('],
  ['PractitionerRole.Practitioner(', 'PractitionerRole.practitioner('],
  ['suffix[2}', 'suffix[2]'],
  ['valueSampedData', 'valueSampledData'],
  ['valuedateTime', 'valueDateTime'],
  [/(extension\[\d\])\.uri$/, '$1.url'],
  [/(extension\[\d\])\.uri\)$/, '$1.url)'],
  [/coding\.value\b/, 'coding.code'],
  ['function.coding.uri', 'function.coding.system'],
  [/^occur(?:neceTiming|enceTiming|renceTIming)/, 'occurrenceTiming'],
  [/^occurrenceTiming\.(bounds|duration)/, 'occurrenceTiming.repeat.$1'],
  [/^Quantity\./, ''],
  ['.sytem', '.system'],
  ['note(Annotation.text)', 'note.text'],
  ['policyHolder([1]Organization', 'policyHolder[1](Organization'],
  ['payer[1]', 'payor[1]'],
  ['coveragePeriod', 'period'],
  [/^medication\(/, 'medicationReference('],
  [/^occurred$/, 'occurredDateTime'],
  [/^recorder\(Patient\[1\]\.name\)$/, 'recorder(Patient)'],
  ['value.CodeableConcept', 'valueCodeableConcept'],
  ['code[1].value', 'code[1]'],
  [/^participant\.actor\[1\]$/, 'participant.actor'],
  [/name\.family\.extension\.(url|valueCode)/, 'name.extension.$1'],
  ['coding[3.version', 'coding[3].version'],
  ['Practitioner.identifier.extension-assigningFacility', 'Practitioner.identifier.extension??-assigningFacility'],
];

// Addresses of pages that stand where the URL of an extension is meant.
const assignments = [
  ['http://hl7.org/fhir/R4/extension-humanname-assembly-order.html', 'http://hl7.org/fhir/StructureDefinition/humanname-assembly-order'],
  ['http://hl7.org/fhir/R4/extension-data-absent-reason.html', 'http://hl7.org/fhir/StructureDefinition/data-absent-reason'],
  ['https://hl7.org/fhir/R4/v3/RoleCode/cs.html#v3-RoleCode-_PersonalRelationshipRoleType', 'http://terminology.hl7.org/CodeSystem/v3-RoleCode'],
  ['https://hl7.org/fhir/R4/v3/ParticipationType/cs.html', 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType'],
  ['http://www.hl7.org/fhir/extension-condition-asserteddate', 'http://hl7.org/fhir/StructureDefinition/condition-assertedDate'],
  ['" http', '"http'],
  ['http://unitsofmeasure.org/', 'http://unitsofmeasure.org'],
  ['"UCUM"', '"http://unitsofmeasure.org"'],
  ['http://hl7.org/fhir/v\\5.0/', 'http://hl7.org/fhir/5.0/'],
  ['OBX-5.4" "OBX-6"', 'OBX-5.4+" "+OBX-6'],
];

// Rules of one map: [map, source, target, what the rule is].
const rules = [
  ['OBX.DocumentReference', 'OBX-5', 'content[2].data', { target: 'content[2].attachment.data' }],
  ['OBX.DocumentReference', 'OBX-5', 'content[2].contentType', { target: 'content[2].attachment.contentType' }],
  ['OBX.DocumentReference', 'OBX-5', 'content[3].url', { target: 'content[3].attachment.url' }],
  ['OBX.DocumentReference', 'OBX-5', 'content[4].data', { target: 'content[4].attachment.data' }],
  ['OBX.DocumentReference', 'OBX-5', 'content[4].contentType', { target: 'content[4].attachment.contentType', assignment: '"text/plain"' }],
  ['NTE.DocumentReference', 'NTE-3', 'content[2].contentType', { target: 'content[1].attachment.contentType' }],
  ['OBX.Observation', 'OBX-5', 'valueQuantity.value', { target: 'valueQuantity', map: 'NM[Quantity]' }],
  ['NM.Quantity', 'NM.1', '$value', { target: 'value' }],
  ['MSH.MessageHeader', 'MSH-3', 'source[1].endpoint', { target: 'source' }],
  ['MSH.MessageHeader', 'MSH-5', 'destination[1].name', { target: 'destination[1]' }],
  ['MSH.MessageHeader', 'MSH-5', 'destination[1].endpoint', { target: 'destination[1]' }],
  ['HD.MessageHeader.destination-name', 'HD.2', 'name', { source: 'HD.1' }],
  ['MSG.MessageHeader', 'MSG.3', 'definition', {}],
  ['PID.Patient', 'PID-19', 'identifier[4].system', { assignment: '"http://hl7.org/fhir/sid/us-ssn"' }],
  ['PV1.Encounter', 'PV1-8', 'participant[2].individual(Practitioner)', { assignment: '' }],
  ['PV1.Encounter', 'PV1-42', 'location[4].location(Location)', { assignment: '' }],
  ['PV1.Encounter', 'PV1-42', 'location[4].status', { assignment: '"reserved"' }],
  ['PV1.Encounter', 'PV1-37', 'hospitalization.destination(Location)', { assignment: '' }],
  ['PV2.Encounter', 'PV2-9', 'extension[2].url', { assignment: '"http://hl7.org/fhir/5.0/StructureDefinition/extension-Encounter.plannedEndDate"' }],
  ['PV2.Encounter', 'PV2-38', 'extension[1].url', { target: 'extension[3].url' }],
  ['PV2.Encounter', 'PV2-38', 'extension[1].valueCoding', { target: 'extension[3].valueCoding' }],
  ['OBX.Observation', 'OBX-25', 'performer[2](PractitionerRole[1].practitioner)', { target: 'performer[2](PractitionerRole)' }],
  ['OBX.Observation-Component', 'OBX-16', 'performer[1](PractitionerRole.practitioner(Practitioner))', { map: 'XCN[Practitioner]' }],
  ['PRT.Observation-Location', 'PRT-14', 'extension[2].valueReference(Location)', { target: 'extension[2].valueReference(Location.address)' }],
  ['OBX.Observation', 'OBX-15', 'performer[2](Organization)', { target: 'performer[3](Organization)' }],
  ['OBX.Observation', 'OBX-15', 'performer[2](PractitionerRole)', { target: 'performer[3](PractitionerRole)' }],
  ['OBX.Observation', 'OBX-19', 'extension[2].url', { target: 'extension[5].url' }],
  ['OBX.Observation', 'OBX-19', 'extension[2].valueDateTime', { target: 'extension[5].valueDateTime' }],
  ['XPN.HumanName', 'XPN.1', '[1].family', { target: '$this' }],
  ['XAD.Address', 'XAD.1', 'line[1-3]', { target: '$this', map: 'SAD[Address]' }],
  ['SCH.Appointment', 'SCH-12', 'participant[1].type.coding.code', { assignment: '' }],
  ['SCH.Appointment', 'SCH-16', 'participant[2].type.coding.code', { assignment: '' }],
  ['SCH.Appointment', 'SCH-20', 'participant[3].type[1].coding.code', { assignment: '"enterer"' }],
  ['SCH.Appointment', 'SCH-20', 'participant[3].type[1].coding.system', { assignment: '"http://terminology.hl7.org/CodeSystem/provenance-participant-type"' }],
  ['DG1.Encounter', 'DG1-21', 'diagnosis.condition(Condition.verificationStatus.coding.system="http://terminology.hl7.org/CodeSystem/condition-ver-status")', { target: 'diagnosis.condition(Condition.verificationStatus.coding.system)', assignment: '"http://terminology.hl7.org/CodeSystem/condition-ver-status"' }],
  ['IAM.AllergyIntolerance', 'IAM-5', 'reaction.manifestation.text', { target: 'reaction.manifestation' }],
  ['AL1.AllergyIntolerance', 'AL1-5', 'reaction.manifestation.text', { map: '' }],
  ['TXA.Provenance', 'TXA', 'reason.text', {}],
  ['OBX.Observation', 'OBX-30', 'extension[2].url', { target: 'extension[4].url' }],
  ['OBX.Observation', 'OBX-30', 'extension[2].valueCodeableConcept.coding.code', { target: 'extension[4].valueCodeableConcept.coding.code' }],
  ['OBX.Observation', 'OBX-30', 'extension[2].valueCodeableConcept.coding.system', { target: 'extension[4].valueCodeableConcept.coding.system' }],
  ['OBX.Observation-Component', 'OBX-30', 'extension[2].url', { target: 'extension[4].url' }],
  ['OBX.Observation-Component', 'OBX-30', 'extension[2].valueCodeableConcept.coding.code', { target: 'extension[4].valueCodeableConcept.coding.code' }],
  ['OBX.Observation-Component', 'OBX-30', 'extension[2].valueCodeableConcept.coding.system', { target: 'extension[4].valueCodeableConcept.coding.system' }],
  ['OBX.Observation-Component', 'OBX-33', 'extension[1].url', { target: 'extension[6].url' }],
  ['OBX.Observation-Component', 'OBX-33', 'extension[2].url', { target: 'extension[7].url' }],
  ['OBX.Observation-Component', 'OBX-33', 'extension[1].valueReference(Group.member.entity(Specimen.identifier[1]))', { target: 'extension[6].valueReference(Group.member.entity(Specimen.identifier[1]))' }],
  ['OBX.Observation-Component', 'OBX-33', 'extension[2].valueReference(Group.member.entity(Specimen.identifier[2]))', { target: 'extension[7].valueReference(Group.member.entity(Specimen.identifier[2]))' }],
  ['OBX.Observation', 'OBX-33', 'extension[1].url', { target: 'extension[6].url' }],
  ['OBX.Observation', 'OBX-33', 'extension[2].url', { target: 'extension[7].url' }],
  ['OBX.Observation', 'OBX-33', 'extension[1].valueReference(Group.member.entity(Specimen.identifier[1]))', { target: 'extension[6].valueReference(Group.member.entity(Specimen.identifier[1]))' }],
  ['OBX.Observation', 'OBX-33', 'extension[2].valueReference(Group.member.entity(Specimen.identifier[2]))', { target: 'extension[7].valueReference(Group.member.entity(Specimen.identifier[2]))' }],
  ['SPM.Specimen', 'SPM-31', 'identifier[2]', { target: 'identifier[4]' }],
  ['SPM.Specimen', 'SPM-32', 'identifier[3].type.coding.code', { assignment: '"SHIP"' }],
  ['IN1.Coverage', 'IN1-49', 'extension[1].url', { target: 'extension[2].url' }],
  ['IN1.Coverage', 'IN1-49', 'extension[1].valueIdentifier', { target: 'extension[2].valueIdentifier' }],
  ['IAM.AllergyIntolerance', 'IAM-27', 'code[1]', { target: 'code.coding[4]', map: 'CWE[Coding]' }],
  ['MSH.MessageHeader', 'MSH-27', 'meta.security[2]', { target: 'meta.security[3]' }],
  ['DG1.Encounter', 'DG1-22', 'diagnosis.condition(Condition.extension[1].url)', { target: 'diagnosis.condition(Condition.extension[2].url)' }],
  ['DG1.Encounter', 'DG1-22', 'diagnosis.condition(Condition.extension[1].valueReference(Condition))', { target: 'diagnosis.condition(Condition.extension[2].valueReference(Condition))' }],
  ['ORC.ServiceRequest', 'ORC-16', 'extension[3].url', { target: 'extension[4].url' }],
  ['ORC.ServiceRequest', 'ORC-16', 'extension[3].valueCodeableConcept', { target: 'extension[4].valueCodeableConcept' }],
  ['TQ.MedicationRequest', 'TQ.2', 'dosageInstruction.doseAndRate.timing', { target: 'dosageInstruction.timing' }],
  ['TQ.MedicationRequest', 'TQ.3', 'dosageInstruction.doseAndRate.timing.repeat.duration', { target: 'dosageInstruction.timing.repeat.boundsDuration.value' }],
  ['TQ.MedicationRequest', 'TQ.3', 'occurrenceTiming.repeat.boundsDuration.unit', { target: 'dosageInstruction.timing.repeat.boundsDuration.unit' }],
  ['TQ.MedicationRequest', 'TQ.3', 'occurrenceTiming.repeat.boundsDuration.system', { target: 'dosageInstruction.timing.repeat.boundsDuration.system' }],
  ['TQ.MedicationRequest', 'TQ.3', 'occurrenceTiming.repeat.extension??-duration', { target: 'dosageInstruction.timing.repeat.extension??-duration' }],
  ['TQ.MedicationRequest', 'TQ.4', 'occurrenceTiming.repeat.boundsPeriod.start', { target: 'dosageInstruction.timing.repeat.boundsPeriod.start' }],
  ['TQ.MedicationRequest', 'TQ.5', 'occurrenceTiming.repeat.boundsPeriod.end', { target: 'dosageInstruction.timing.repeat.boundsPeriod.end' }],
  ['TQ.MedicationRequest', 'TQ.12', 'occurrenceTiming.repeat.count', { target: 'dosageInstruction.timing.repeat.count' }],
  ['EI.Condition', 'EI.2', 'assigner(Organization[1].identifier[1].value)', { target: 'identifier.assigner(Organization[1].identifier[1].value)' }],
  ['EI.Condition', 'EI.3', 'assigner(Organization[1].identifier[2].value)', { target: 'identifier.assigner(Organization[1].identifier[2].value)' }],
  ['EI.Condition', 'EI.4', 'assigner(Organization[1].identifier[2].type)', { target: 'identifier.assigner(Organization[1].identifier[2].type)' }],
  ['MSH.MessageHeader', 'MSH-21', 'extension??-v2ProfileID.valueString', { target: 'extension??-v2ProfileID' }],
  ['FN.HumanName', 'FN.5', 'family.extension[3].url', { target: 'family.extension[4].url' }],
  ['FN.HumanName', 'FN.5', 'family.extension[3].valueString', { target: 'family.extension[4].valueString' }],
];

export function mendCondition(text) {
  const trimmed = text.replace(/ +/g, ' ').trim();
  return trimmed ? apply(conditions, trimmed).replace(/^if /i, 'IF ') : '';
}

// A participant that is taken away (PRT-2, HL7 tables 0287 and 0206) makes nothing; the guide says it in words, and not everywhere.
export function mendMake(segment, text) {
  const condition = mendCondition(text);
  return segment === 'PRT' ? `IF PRT-2 NOT IN ("D", "DE", "UN")${condition && ` AND (${condition.replace(/^IF /, '')})`}` : condition;
}

export function mendRule(name, source, target, map, codes, assignment) {
  let rule = { source, target: close(apply(targets, target)), map, codes: codes.replaceAll('/', '').replace('Contact Role', 'ContactRole'), assignment };
  // "PV1-52 > type.coding.code = PART" is written twice in one cell.
  const written = /^(.*?) *(?:=|assign: *)("[^"]*")$/.exec(rule.target);
  if (written && !rule.target.includes('(')) rule = { ...rule, target: written[1], assignment: written[2] };
  rule.assignment = apply(assignments, rule.assignment);
  const special = rules.findIndex(([map_, from, to]) => map_ === name && from === source && (to === target || to === rule.target));
  if (special >= 0) {
    count.set(`${name} ${source} ${rules[special][2]}`, 1);
    rule = { ...rule, ...rules[special][3] };
  }
  return rule;
}

// Of the message maps: "Patient[PID]" is Patient[1]; the specimens of SPM, which are many, are not that of OBR; the coverages of IN1, which are many, are not that of PV1.
export function mendRow(name, segment, primary, map, references) {
  const number = text => text.replace(/Specimen(?:\[(?:n|SPM|1)\])?(?=\.id|$)/g, segment === 'SPM' ? 'Specimen[9]' : segment === 'OBX' ? 'Specimen[9]' : 'Specimen[1]')
    .replace(/\[(?:each|n|1\.\.n|PID|ORC)\]/g, '[1]');
  const target = number(primary).replace("OP'\"", 'OP"').replace("AP'\"", 'AP"');
  const own = segment === 'PV1' ? target.replace('Coverage[1]', 'Coverage[9]') : target;
  return [own, map, number(references.replaceAll('Immunzation', 'Immunization')).replace(/ +;/g, ';')];
}

// Fields whose values would stand in one place, the last over the others. What writes parts of it, or all of it, may.
const shared = new Set(['NTE.Appointment-Comment extension[1].valueAnnotation', 'PR1.Procedure code[1]', 'SCH.Appointment basedOn(ServiceRequest)']);

export function clashes(name, rules) {
  const fields = new Map();
  for (const { source, target, condition, assignment } of rules) {
    if (!condition && !assignment) fields.set(`${name} ${target}`, (fields.get(`${name} ${target}`) ?? new Set()).add(source));
  }
  return [...fields].filter(([target, sources]) => sources.size > 1 && !shared.has(target)).map(([target, sources]) => `${target}: ${[...sources].join(', ')}`);
}

function close(target) {
  const open = [...target].filter(letter => letter === '(').length - [...target].filter(letter => letter === ')').length;
  return target + ')'.repeat(Math.max(0, open));
}
