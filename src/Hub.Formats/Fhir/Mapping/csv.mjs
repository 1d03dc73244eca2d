// Rows of a CSV text: cells apart by commas, quotes doubled inside quotes, lines within quotes kept.
export function readCsv(text) {
  const rows = [];
  let row = [], cell = '', quoted = false;
  const content = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const finish = () => { row.push(cell); rows.push(row); row = []; cell = ''; };
  for (let i = 0; i < content.length; i++) {
    const letter = content[i];
    if (quoted && letter === '"' && content[i + 1] === '"') { cell += '"'; i++; }
    else if (letter === '"') quoted = !quoted;
    else if (quoted) cell += letter;
    else if (letter === ',') { row.push(cell); cell = ''; }
    else if (letter === '\n') finish();
    else cell += letter;
  }
  if (cell || row.length > 0) finish();
  return rows;
}
