/** Keys that a schema knows, offered where a key is typed. */

/** `keys`: `{path, label, detail, info}`, `path` being the names above, joined by `.`. */
export function completeKeys(context, keys) {
  if (keys.length === 0) return null;
  const word = context.matchBefore(/["\w.-]*/);
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, word.from - line.from);
  // a key begins its line, perhaps as the first of a list's item
  if (!/^\s*(- )?\s*$/.test(before)) return null;
  if (word.from === word.to && !context.explicit) return null;
  const above = pathAbove(context.state.doc, line, before.length);
  const options = keys.filter((key) => key.path === above).map(({ label, detail, info }) => ({
    label, detail, info, type: 'property',
  }));
  return options.length > 0 ? { from: word.from, options, validFor: /^["\w.-]*$/ } : null;
}

/** The names of the lines above that are indented less, joined by `.`. */
function pathAbove(doc, line, column) {
  const names = [];
  let indent = column;
  for (let number = line.number - 1; number >= 1 && indent > 0; number -= 1) {
    const { text } = doc.line(number);
    const found = /^(\s*)(?:- )?"?([\w./-]+)"?\s*:/.exec(text);
    if (found && found[1].length < indent) {
      names.unshift(found[2]);
      indent = found[1].length;
    }
  }
  return names.join('.');
}
